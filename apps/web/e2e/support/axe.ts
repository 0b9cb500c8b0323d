// Looks at a page for what keeps people out of it.
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** No serious violations on the page as it is, in the light and, where colours alone are different, in the dark. */
export async function expectAccessible(page: Page): Promise<void> {
  await show(page, "light");
  const light = await violations(new AxeBuilder({ page }));
  await show(page, "dark");
  const dark = await violations(new AxeBuilder({ page }).withRules(["color-contrast"]));
  await show(page, "light");
  expect({ light, dark }).toEqual({ light: [], dark: [] });
}

/** Nothing moves from now on: what is half faded in has too little contrast, rightly. */
async function show(page: Page, colorScheme: "light" | "dark"): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", colorScheme);
}

async function violations(axe: AxeBuilder): Promise<string[]> {
  // There are no frames: no need to gather what is found in them in a page of its own.
  const { violations } = await axe.setLegacyMode(true).analyze();
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return serious.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary ?? ""}`).join("; ")}`,
  );
}
