// Texts are there when a page is drawn, in whatever language it is or will be.
import i18next from "i18next";
import { beforeAll, expect, it } from "vitest";
import { CATALOGUE_NAMES } from "./catalogues.ts";
import { loadTexts, setLanguage, startLanguages } from "./i18n.ts";

beforeAll(async () => {
  await startLanguages();
  await setLanguage("en");
});

it("loads no catalogue before a page needs it", () => {
  expect(i18next.exists("profile.name")).toBe(false);
});

it("keeps two pages that come at once waiting for the same texts", async () => {
  const first = loadTexts("account");
  await loadTexts("account");
  expect(i18next.exists("profile.name")).toBe(true);
  await first;
});

it("brings the catalogues in use along to another language", async () => {
  await loadTexts(...CATALOGUE_NAMES);
  await setLanguage("zh-CN");
  expect(i18next.getResource("zh-CN", "translation", "profile.name")).toEqual(expect.any(String));
  await setLanguage("en");
});
