// The sizes and colour schemes in which every page is looked at.
import type { BrowserContextOptions, Page } from "@playwright/test";
import { join, resolve } from "node:path";

/** A size and a colour scheme. */
export interface Look {
  name: string;
  options: BrowserContextOptions;
}

const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
];

/** Does something for every look. */
export function forEachLook(task: (look: Look) => void): void {
  for (const viewport of SIZES) {
    for (const colorScheme of ["light", "dark"] as const) {
      const phone = viewport.width < 600;
      task({
        name: `${viewport.width}x${viewport.height}-${colorScheme}`,
        options: {
          viewport,
          colorScheme,
          locale: "en-GB",
          ...(phone ? { hasTouch: true, isMobile: true } : {}),
        },
      });
    }
  }
}

const FOLDER = resolve(import.meta.dirname, "../../../../test-results/screenshots");

/** Takes a picture, with everything that moves at rest. */
export async function shoot(page: Page, look: Pick<Look, "name">, name: string): Promise<void> {
  await page.screenshot({
    path: join(FOLDER, `${name}.${look.name}.png`),
    animations: "disabled",
    caret: "hide",
  });
}
