// Both catalogues say the same things.
import { describe, expect, it } from "vitest";
import accountEn from "./account.en.json";
import accountZh from "./account.zh-CN.json";
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

const texts = {
  en: new Map([...entries(en), ...entries(accountEn)]),
  "zh-CN": new Map([...entries(zh), ...entries(accountZh)]),
};
const base = (key: string): string => key.replace(/_(zero|one|two|few|many|other)$/, "");
const bases = (language: keyof typeof texts): string[] =>
  [...new Set([...texts[language].keys()].map(base))].sort();
const variables = (text: string): string[] =>
  [...text.matchAll(/\{\{(\w+)\}\}|<(\w+)\/>/g)].map((match) => match[0]).sort();

describe("catalogues", () => {
  it("are one: no text stands in both files of a language", () => {
    expect(texts.en.size).toBe(entries(en).length + entries(accountEn).length);
    expect(texts["zh-CN"].size).toBe(entries(zh).length + entries(accountZh).length);
  });

  it("have the same keys", () => {
    expect(bases("zh-CN")).toEqual(bases("en"));
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
});
