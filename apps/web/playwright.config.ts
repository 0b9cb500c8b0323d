// End-to-end tests and screenshots, in the Chromium of the system, against the real program.
import { defineConfig } from "@playwright/test";
import { chromiumPath, CHROMIUM_FLAGS } from "./e2e/support/browser.ts";

export default defineConfig({
  globalSetup: "./e2e/support/global-setup.ts",
  outputDir: "../../test-results/e2e",
  // One machine plays every participant and the server: more at the same time would only starve each other.
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    headless: true,
    locale: "en-GB",
    viewport: { width: 1280, height: 800 },
    launchOptions: { executablePath: chromiumPath(), args: CHROMIUM_FLAGS },
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
  },
  projects: [
    { name: "e2e", testDir: "./e2e/tests", testMatch: "*.spec.ts" },
    { name: "screenshots", testDir: "./e2e/screenshots", testMatch: "*.shots.ts", timeout: 240_000 },
  ],
});
