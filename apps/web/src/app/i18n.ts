// Languages: the texts of most visits, and more with the pages that need them; the choice is remembered, the browser's language is the default.
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import en from "../locales/en.json";
import { CATALOGUES, type CatalogueName, type LazyTexts } from "./catalogues.ts";

/** The languages and how they call themselves. */
export const LANGUAGES = [
  { code: "en", name: "English" },
  { code: "zh-CN", name: "简体中文" },
] as const;

export type Language = (typeof LANGUAGES)[number]["code"];

const KEY = "open-meeting.language";

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof en & LazyTexts };
    returnNull: false;
  }
}

/** The language that fits best: the remembered one, then the browser's, then English. */
export function preferredLanguage(remembered: string | null, browser: readonly string[]): Language {
  const known = LANGUAGES.find((language) => language.code === remembered);
  if (known) return known.code;
  for (const tag of browser) {
    const prefix = tag.toLowerCase().split("-")[0];
    if (prefix === "zh") return "zh-CN";
    if (prefix === "en") return "en";
  }
  return "en";
}

/** The catalogues whose pages are in use. */
const inUse = new Set<CatalogueName>();

/** What is loaded or being loaded, by language and catalogue. */
const loads = new Map<string, Promise<void>>();

async function loadOnce(
  language: Language,
  name: CatalogueName | "main",
  load: () => Promise<{ default: object }>,
): Promise<void> {
  const key = `${language} ${name}`;
  const loading =
    loads.get(key) ??
    load().then(({ default: texts }) => {
      i18next.addResourceBundle(language, "translation", texts, true);
    });
  loads.set(key, loading);
  try {
    await loading;
  } catch (error) {
    // The next page that needs them tries again.
    loads.delete(key);
    throw error;
  }
}

async function load(language: Language): Promise<void> {
  await Promise.all([
    ...(language === "en" ? [] : [loadOnce(language, "main", () => import("../locales/zh-CN.json"))]),
    ...[...inUse].map((name) => loadOnce(language, name, CATALOGUES[name][language])),
  ]);
}

/** Loads catalogues in the language of the page, and from now on in those that it changes to. To be awaited before their pages are drawn. */
export async function loadTexts(...names: CatalogueName[]): Promise<void> {
  for (const name of names) inUse.add(name);
  await load(LANGUAGES.find(({ code }) => code === i18next.language)?.code ?? "en");
}

/** A page, or a part of one, that needs texts of these catalogues. */
export async function withTexts<Part>(part: Promise<Part>, ...names: CatalogueName[]): Promise<Part> {
  const [loaded] = await Promise.all([part, loadTexts(...names)]);
  return loaded;
}

/** Changes the language of the page and remembers it. */
export async function setLanguage(language: Language): Promise<void> {
  await load(language);
  await i18next.changeLanguage(language);
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // The choice holds for this page.
  }
}

/** Shows the language of somebody's account, unless another one was chosen in this browser. */
export async function offerLanguage(language: Language): Promise<void> {
  if (rememberedLanguage() !== null) return;
  await load(language);
  await i18next.changeLanguage(language);
}

function rememberedLanguage(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    // No storage: go by the browser.
    return null;
  }
}

/** To be awaited before the page is drawn. */
export async function startLanguages(): Promise<void> {
  i18next.on("languageChanged", (language) => {
    document.documentElement.lang = language;
  });
  await i18next.use(initReactI18next).init({
    lng: "en",
    fallbackLng: "en",
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false },
  });
  const language = preferredLanguage(rememberedLanguage(), navigator.languages);
  await load(language);
  await i18next.changeLanguage(language);
}
