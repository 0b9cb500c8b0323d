// Administration of what other backends use: API keys, and webhooks with a receiver that answers well and badly.
import { expect, test, type Browser, type Page } from "@playwright/test";
import { baseUrl, DEMO, Person, signIn } from "../support/person.ts";
import { isSigned, startReceiver } from "../support/receiver.ts";

async function administrator(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ baseURL: baseUrl(), locale: "en-GB" });
  const page = await context.newPage();
  await signIn(page, DEMO.username, DEMO.password);
  await expect(page).toHaveURL(`${baseUrl()}/`);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Admin" }).click();
  return page;
}

/** A call of another backend. */
function call(key: string, method: string, path: string, body?: object): Promise<Response> {
  return fetch(`${baseUrl()}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
}

test("an API key is made, works for what it is made for, and no more when it is revoked", async ({
  browser,
}) => {
  const admin = await administrator(browser);
  const name = `Shop ${Date.now()}`;
  await admin.getByRole("link", { name: "API keys" }).click();
  await admin.getByRole("button", { name: "New API key" }).click();
  const dialog = admin.getByRole("dialog");
  await dialog.getByRole("button", { name: "Make the key" }).click();
  await expect(dialog.getByText("This is needed.")).toHaveCount(2);
  await dialog.getByLabel("Name").fill(name);
  await dialog.getByLabel("Manage its webhooks").check();
  await dialog.getByLabel("Expires").selectOption("At a date");
  await dialog.getByLabel("Good until").fill("2020-01-01T10:00");
  await dialog.getByRole("button", { name: "Make the key" }).click();
  await expect(dialog.getByText("This has to be in the future.")).toBeVisible();
  await dialog.getByLabel("Expires").selectOption("In 90 days");
  await dialog.getByRole("button", { name: "Make the key" }).click();
  await expect(dialog.getByText("This is the only time that the key is shown.")).toBeVisible();
  const key = await dialog.getByLabel("Key", { exact: true }).inputValue();
  expect(key).toMatch(/^om_/);
  // It takes more than a slip to lose it.
  await admin.keyboard.press("Escape");
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(dialog).toHaveCount(0);

  const row = admin.getByTestId("api-key").filter({ hasText: name });
  await expect(row).toContainText("Active");
  await expect(row).toContainText("Manage its webhooks");
  await expect(row).toContainText("Never");
  expect((await call(key, "GET", "/webhooks")).status).toBe(200);
  const made = await call(key, "POST", "/webhooks", { url: `${baseUrl()}/none`, events: ["*"] });
  expect(made.status).toBe(201);
  await admin.getByRole("link", { name: "Webhooks" }).click();
  await expect(admin.getByTestId("webhook").filter({ hasText: `API key ${name}` })).toBeVisible();

  await admin.getByRole("link", { name: "API keys" }).click();
  await expect(row).not.toContainText("Never");
  await row.getByRole("button", { name: `Revoke ${name}` }).click();
  await admin
    .getByRole("dialog", { name: `Revoke ${name}?` })
    .getByRole("button", { name: "Revoke the key" })
    .click();
  await expect(admin.getByText(`${name} is revoked.`)).toBeVisible();
  await expect(row).toContainText("Revoked");
  await expect(row.getByRole("button")).toHaveCount(0);
  expect((await call(key, "GET", "/webhooks")).status).toBe(401);
  await admin.context().close();
});

test("a webhook is registered, tried out, told of meetings, turned off and on, and deleted", async ({
  browser,
}) => {
  const receiver = await startReceiver();
  const host = new URL(receiver.url).host;
  const admin = await administrator(browser);
  await admin.getByRole("link", { name: "Webhooks" }).click();
  await admin.getByRole("button", { name: "New webhook" }).click();
  const dialog = admin.getByRole("dialog");
  await dialog.getByLabel("Address").fill("somewhere");
  await dialog.getByLabel("Only these events").check();
  await dialog.getByRole("button", { name: "Register the webhook" }).click();
  await expect(dialog.getByText("This is needed.")).toBeVisible();
  await dialog.getByLabel("Meeting created").check();
  await dialog.getByRole("button", { name: "Register the webhook" }).click();
  await expect(dialog.getByText("This is not an address.")).toBeVisible();
  await dialog.getByLabel("Address").fill(receiver.url);
  await dialog.getByRole("button", { name: "Register the webhook" }).click();
  const secret = await dialog.getByLabel("Signing secret").inputValue();
  expect(secret).toMatch(/^whsec_/);
  await dialog.getByRole("button", { name: "Done" }).click();

  await admin.getByRole("link", { name: host }).click();
  await expect(admin.getByRole("heading", { name: "Nothing told yet" })).toBeVisible();
  receiver.answer(503);
  await admin.getByRole("button", { name: "Send a test" }).click();
  const result = admin.getByTestId("test-result");
  await expect(result).toContainText("The receiver answered 503. It is tried again later.");
  receiver.answer(204);
  const deliveries = admin.getByTestId("delivery");
  await expect(deliveries).toHaveCount(1);
  await expect(deliveries.first()).toContainText("Delivered", { timeout: 30_000 });
  await expect(deliveries.first().getByRole("cell").nth(2)).toHaveText("2");
  await admin.getByRole("button", { name: "Send a test" }).click();
  await expect(result).toContainText("The receiver took the test and answered 204.");
  expect(receiver.told.map(({ type }) => type)).toEqual(["webhook.test", "webhook.test", "webhook.test"]);
  expect(receiver.told.every((told) => isSigned(told, secret))).toBe(true);

  const ada = await Person.signedIn(browser, "Ada");
  await ada.makeMeeting("Told of");
  await expect.poll(() => receiver.told.at(-1)?.data["title"], { timeout: 30_000 }).toBe("Told of");
  await admin.reload();
  const created = deliveries.filter({ hasText: "Meeting created" });
  await expect(created).toHaveAttribute("data-status", "delivered");
  await created.getByRole("button", { name: "Send Meeting created again" }).click();
  await expect.poll(() => receiver.told.length).toBe(5);
  expect(receiver.told.at(-1)?.headers["webhook-id"]).toBe(receiver.told.at(-2)?.headers["webhook-id"]);

  await admin.getByLabel("State of the delivery").selectOption("failed");
  await expect(admin).toHaveURL(/status=failed/);
  await expect(admin.getByRole("heading", { name: "No deliveries of this kind" })).toBeVisible();
  await admin.getByRole("link", { name: "Show all deliveries" }).click();
  await expect(deliveries).toHaveCount(3);

  await admin.getByRole("button", { name: "Change", exact: true }).click();
  await expect(dialog.getByLabel("Meeting created")).toBeChecked();
  await dialog.getByLabel("Everything").check();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(admin.getByText("The webhook is changed.")).toBeVisible();
  receiver.answer(410);
  await admin.getByRole("button", { name: "Send a test" }).click();
  await expect(result).toContainText("The receiver answered 410.");
  await admin.reload();
  await expect(admin.getByText("The receiver answered that it is gone (410)")).toBeVisible();
  await admin.getByRole("button", { name: "Turn on again" }).click();
  await expect(admin.getByText("The webhook is on.")).toBeVisible();
  await admin.getByRole("button", { name: "Turn off", exact: true }).click();
  await dialog.getByRole("button", { name: "Turn off" }).click();
  await expect(admin.getByText("Nothing is sent while the webhook is off.")).toBeVisible();
  await admin.getByRole("button", { name: "Delete", exact: true }).click();
  await dialog.getByRole("button", { name: "Delete the webhook" }).click();
  await expect(admin.getByText(`The webhook of ${host} is deleted.`)).toBeVisible();
  await expect(admin.getByRole("link", { name: host })).toHaveCount(0);
  await receiver.close();
  await ada.context.close();
  await admin.context().close();
});
