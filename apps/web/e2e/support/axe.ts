// Looks at a page for what keeps people out of it.
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/**
 * No serious violations on the page as it is, in the light and, where colours alone are different, in the dark. Going through
 * the pages once for both takes half the time.
 */
export async function expectAccessible(page: Page): Promise<void> {
  await show(page, "light");
  const light = await violations(page, new AxeBuilder({ page }));
  await show(page, "dark");
  const dark = await violations(page, new AxeBuilder({ page }).withRules(["color-contrast"]));
  await show(page, "light");
  expect({ light, dark }).toEqual({ light: [], dark: [] });
}

/** The same in a call, which is always dark. */
export async function expectAccessibleCall(page: Page): Promise<void> {
  expect(await violations(page, new AxeBuilder({ page }))).toEqual([]);
}

/** Nothing moves from now on: what is half faded in has too little contrast, rightly. */
async function show(page: Page, colorScheme: "light" | "dark"): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", colorScheme);
}

async function violations(page: Page, axe: AxeBuilder): Promise<string[]> {
  // What is still on its way from before.
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter((animation) => animation.effect?.getComputedTiming().iterations !== Infinity)
        .map((animation) => animation.finished),
    ).then(() => undefined),
  );
  // There are no frames: no need to gather what is found in them in a page of its own.
  const { violations } = await axe.setLegacyMode(true).analyze();
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return serious.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ target, html, failureSummary }) => `${target.join(" ")} ${html} ${failureSummary ?? ""}`).join("; ")}`,
  );
}
