// Languages: two catalogues each, loaded when needed, the second with the texts of pages that few visits need; the choice is remembered, the browser's language is the default.
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type accountEn from "../locales/account.en.json";
import en from "../locales/en.json";

/** The languages and how they call themselves. */
export const LANGUAGES = [
  { code: "en", name: "English" },
  { code: "zh-CN", name: "简体中文" },
] as const;

export type Language = (typeof LANGUAGES)[number]["code"];

const KEY = "open-meeting.language";

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof en & typeof accountEn };
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

/** Whether pages with texts of the second catalogue are in use. */
let accountTexts = false;

async function load(language: Language): Promise<void> {
  const catalogues = [
    ...(language === "zh-CN" ? [import("../locales/zh-CN.json")] : []),
    ...(accountTexts
      ? [language === "en" ? import("../locales/account.en.json") : import("../locales/account.zh-CN.json")]
      : []),
  ];
  for (const { default: catalogue } of await Promise.all(catalogues)) {
    i18next.addResourceBundle(language, "translation", catalogue, true);
  }
}

/** Loads the texts of settings, administration and mailed links. To be awaited before such a page is drawn. */
export async function loadAccountTexts(): Promise<void> {
  if (accountTexts) return;
  accountTexts = true;
  await load(LANGUAGES.find(({ code }) => code === i18next.language)?.code ?? "en");
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
