// API keys and webhooks in their normal, empty, loading and error states, in three sizes and two colour schemes.
import { expect, test, type Page, type Route } from "@playwright/test";
import { forEachLook, shoot, type Look } from "../support/looks.ts";
import { ADMIN } from "../support/made-up-accounts.ts";
import { API_KEYS, DELIVERIES, WEBHOOKS } from "../support/made-up-integration.ts";
import { failure, signedIn, success } from "../support/made-up.ts";
import { baseUrl } from "../support/person.ts";

type Answer = (route: Route) => Promise<void> | undefined;

const never: Answer = () => undefined;
const broken: Answer = (route) => failure(route, 409, "internal");
const list =
  (items: unknown[], next_cursor: string | null = null): Answer =>
  (route) =>
    success(route, { items, next_cursor });

const KEYS = "**/api/v1/admin/api-keys*";
const HOOKS = "**/api/v1/webhooks?*";
const LOG = "**/api/v1/webhooks/*/deliveries?*";

forEachLook((look) => {
  test(`integration ${look.name}`, async ({ browser }) => {
    const on = async (task: (page: Page, look: Pick<Look, "name">) => Promise<void>): Promise<void> => {
      const context = await browser.newContext({ ...look.options, baseURL: baseUrl() });
      const page = await context.newPage();
      await signedIn(page, ADMIN);
      await task(page, look);
      await context.close();
    };
    await on(apiKeys);
    await on(webhooks);
    await on(oneWebhook);
  });
});

async function answerWith(page: Page, address: string, answer: Answer): Promise<void> {
  await page.unroute(address);
  await page.route(address, (route) => answer(route));
}

async function apiKeys(page: Page, look: Pick<Look, "name">): Promise<void> {
  for (const [answer, name, seen] of [
    [never, "admin-api-keys-loading", page.getByRole("status", { name: "Loading" })],
    [broken, "admin-api-keys-error", page.getByRole("alert")],
    [list([]), "admin-api-keys-empty", page.getByRole("heading", { name: "No API keys yet" })],
    [list(API_KEYS, "more"), "admin-api-keys", page.getByRole("button", { name: "Load more" })],
  ] as const) {
    await answerWith(page, KEYS, answer);
    await page.goto("/admin/api-keys");
    await expect(seen).toBeVisible();
    await shoot(page, look, name);
  }
  await page.getByRole("button", { name: "New API key" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await shoot(page, look, "admin-api-key-new");
  await page.getByRole("button", { name: "Make the key" }).click();
  await expect(page.getByText("This is needed.")).toHaveCount(2);
  await shoot(page, look, "admin-api-key-new-error");
  await page.route("**/api/v1/admin/api-keys", (route) =>
    success(route, { api_key: API_KEYS[0], key: `om_k7f2m9x4qa${"j3h5".repeat(10)}` }, 201),
  );
  await page.getByRole("textbox", { name: "Name" }).fill("Shop, production");
  await page.getByLabel("Read rooms").check();
  await page.getByRole("button", { name: "Make the key" }).click();
  await expect(page.getByLabel("Key", { exact: true })).toBeVisible();
  await shoot(page, look, "admin-api-key-made");
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("button", { name: "Revoke Shop, production" }).click();
  await expect(page.getByRole("dialog", { name: "Revoke Shop, production?" })).toBeVisible();
  await shoot(page, look, "admin-api-key-revoke");
}

async function webhooks(page: Page, look: Pick<Look, "name">): Promise<void> {
  await answerWith(page, KEYS, list(API_KEYS));
  for (const [answer, name, seen] of [
    [never, "admin-webhooks-loading", page.getByRole("status", { name: "Loading" })],
    [broken, "admin-webhooks-error", page.getByRole("alert")],
    [list([]), "admin-webhooks-empty", page.getByRole("heading", { name: "No webhooks yet" })],
    [list(WEBHOOKS, "more"), "admin-webhooks", page.getByRole("button", { name: "Load more" })],
  ] as const) {
    await answerWith(page, HOOKS, answer);
    await page.goto("/admin/webhooks");
    await expect(seen).toBeVisible();
    await shoot(page, look, name);
  }
  await page.route("**/api/v1/webhooks", (route) =>
    failure(route, 422, "request.invalid", [{ field: "url", code: "private_target", message: "no" }]),
  );
  await page.getByRole("button", { name: "New webhook" }).click();
  await page.getByLabel("Address").fill("https://10.0.0.1/");
  await page.getByLabel("Only these events").check();
  await page.getByLabel("Meeting ended").check();
  await page.getByRole("button", { name: "Register the webhook" }).click();
  await expect(page.getByText("This address leads into a network")).toBeVisible();
  await shoot(page, look, "admin-webhook-new-error");
}

async function oneWebhook(page: Page, look: Pick<Look, "name">): Promise<void> {
  const [, webhook, gone] = WEBHOOKS as { id: string }[];
  const address = "**/api/v1/webhooks/*";
  await answerWith(page, KEYS, list(API_KEYS));
  await answerWith(page, LOG, never);
  await answerWith(page, address, never);
  await page.goto(`/admin/webhooks/${webhook?.id}`);
  await expect(page.getByRole("status", { name: "Loading" })).toBeVisible();
  await shoot(page, look, "admin-webhook-loading");
  await answerWith(page, address, (route) => failure(route, 404, "webhook.not_found"));
  await page.goto(`/admin/webhooks/${webhook?.id}`);
  await expect(page.getByRole("heading", { name: "There is no such webhook" })).toBeVisible();
  await shoot(page, look, "admin-webhook-error");
  await answerWith(page, address, (route) => success(route, { webhook }));
  for (const [answer, name, seen] of [
    [never, "loading", page.getByRole("status", { name: "Loading" })],
    [broken, "error", page.getByRole("alert")],
    [list([]), "empty", page.getByRole("heading", { name: "Nothing told yet" })],
    [list(DELIVERIES, "more"), "", page.getByRole("button", { name: "Load more" })],
  ] as const) {
    await answerWith(page, LOG, answer);
    await page.goto(`/admin/webhooks/${webhook?.id}`);
    await expect(seen).toBeVisible();
    await seen.scrollIntoViewIfNeeded();
    await shoot(page, look, `admin-webhook-log${name === "" ? "" : `-${name}`}`);
  }
  await page.route("**/api/v1/webhooks/*/test", (route) => success(route, { delivery: DELIVERIES[0] }, 201));
  await page.getByRole("button", { name: "Send a test" }).click();
  await expect(page.getByText("The test did not arrive")).toBeVisible();
  await page.getByRole("button", { name: "Send a test" }).scrollIntoViewIfNeeded();
  await shoot(page, look, "admin-webhook-test-failed");
  await answerWith(page, address, (route) => success(route, { webhook: gone }));
  await page.goto(`/admin/webhooks/${gone?.id}`);
  await expect(page.getByRole("button", { name: "Turn on again" })).toBeVisible();
  await page.evaluate(() => window.scrollTo(0, 0));
  await shoot(page, look, "admin-webhook-gone");
}
