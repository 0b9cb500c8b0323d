// The catalogues say the same things in both languages.
import { describe, expect, it } from "vitest";
import { CATALOGUES, CATALOGUE_NAMES } from "../app/catalogues.ts";
import en from "./en.json";
import zh from "./zh-CN.json";

type Catalogue = { [key: string]: string | Catalogue };

function entries(catalogue: Catalogue, prefix = ""): [string, string][] {
  return Object.entries(catalogue).flatMap(([key, value]) =>
    typeof value === "string"
      ? [[prefix + key, value] as [string, string]]
      : entries(value, `${prefix}${key}.`),
  );
}

/** The catalogues of a language: the one that every visit has, then the others. */
async function catalogues(language: "en" | "zh-CN"): Promise<Catalogue[]> {
  const others = CATALOGUE_NAMES.map(async (name) => (await CATALOGUES[name][language]()).default);
  return [language === "en" ? en : zh, ...(await Promise.all(others))];
}

const all = { en: await catalogues("en"), "zh-CN": await catalogues("zh-CN") };
const texts = {
  en: new Map(all.en.flatMap((catalogue) => entries(catalogue))),
  "zh-CN": new Map(all["zh-CN"].flatMap((catalogue) => entries(catalogue))),
};
const base = (key: string): string => key.replace(/(?<!\.too)_(zero|one|two|few|many|other)$/, "");
const variables = (text: string): string[] =>
  [...text.matchAll(/\{\{(\w+)\}\}|<(\w+)\/>/g)].map((match) => match[0]).sort();

describe("catalogues", () => {
  it.each(["en", "zh-CN"] as const)("of %s are one: no text stands in two files", (language) => {
    const keys = all[language].flatMap((catalogue) => entries(catalogue).map(([key]) => key));
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });

  it("have the same keys in the same files", () => {
    const files = all.en.map((catalogue, index) => [catalogue, all["zh-CN"][index] ?? {}] as const);
    for (const [english, chinese] of files) {
      const keys = (catalogue: Catalogue): string[] => entries(catalogue).map(([key]) => base(key));
      expect(new Set(keys(chinese))).toEqual(new Set(keys(english)));
    }
  });

  it.each(["en", "zh-CN"] as const)(
    "%s has every plural form of its language and no empty text",
    (language) => {
      const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted();
      const keys = [...texts[language].keys()];
      const plural = new Set(keys.filter((key) => key !== base(key)).map(base));
      expect(plural.size).toBeGreaterThan(0);
      for (const key of plural) {
        const found = keys.filter((each) => each !== key && base(each) === key);
        expect(found.map((each) => each.slice(key.length + 1)).sort(), key).toEqual(forms);
      }
      for (const [key, text] of texts[language]) expect(text.trim(), key).not.toBe("");
    },
  );

  it("use the same variables", () => {
    for (const [key, text] of texts["zh-CN"]) {
      expect(variables(text), key).toEqual(variables(texts.en.get(key) ?? ""));
    }
  });

  it("are both in use, and follow the rules for words", () => {
    for (const [key, text] of texts.en) expect(text.includes("!"), key).toBe(false);
    for (const [key, text] of texts["zh-CN"]) expect(/[！!]/.test(text), key).toBe(false);
  });

  it("are there when a call begins: what its page loads at first uses no text that comes later", async () => {
    const sources = import.meta.glob<string>("../**/*.{ts,tsx}", {
      query: "?raw",
      import: "default",
      eager: true,
    });
    const files = new Set<string>();
    const visit = (file: string): void => {
      const source = sources[file];
      if (source === undefined || files.has(file)) return;
      files.add(file);
      for (const [, from] of source.matchAll(/^(?:import|export) (?!type )[^;]*?from "(\.[^"]+)"/gms)) {
        const { pathname } = new URL(from ?? "", new URL(file, "https://src/locales/"));
        visit(`..${pathname}`);
      }
    };
    for (const file of [
      "main.tsx",
      "features/meeting/MeetingPage.tsx",
      "features/meeting/call/CallPage.tsx",
    ]) {
      visit(`../${file}`);
    }
    expect(files.size).toBeGreaterThan(50);
    const used = new Set(
      [...files].flatMap((file) => sources[file]?.match(/(?<=[`"])[a-z]\w*\.[\w.-]+(?=[`"]|\$\{)/gi) ?? []),
    );
    const later = await Promise.all(
      CATALOGUE_NAMES.map(async (name) => (await CATALOGUES[name].en()).default),
    );
    // Failures are told by the one who has the words of all forms; each page brings those of its own.
    const texts = later
      .flatMap((catalogue) => entries(catalogue).map(([key]) => base(key)))
      .filter((key) => !/^(error|fieldError)\./.test(key));
    expect(texts.filter((key) => used.has(key) || used.has(key.replace(/[^.]+$/, "")))).toEqual([]);
  });
});
