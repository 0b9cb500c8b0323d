// Notifications: they come by themselves, on every device, and are read once for all.
import { readFile } from "node:fs/promises";
import { expect, test } from "@playwright/test";
import { Person } from "../support/person.ts";

const bell = /^Notifications/;

test("somebody who is invited sees it without a reload, here and in another browser", async ({ browser }) => {
  const ada = await Person.signedIn(browser, "Ada");
  const bob = await Person.signedIn(browser, "Bob");
  const elsewhere = await bob.anotherBrowser(browser);
  const { page } = bob;
  await page.getByRole("button", { name: "Notifications", exact: true }).click();
  await expect(page.getByText("appear here as they come")).toBeVisible();

  const code = await ada.makeMeeting("Planning");
  await ada.invite(code, bob.username);
  const item = page.getByTestId("notification");
  await expect(item).toContainText("Ada invites you to “Planning”");
  await expect(page.getByRole("button", { name: "Notifications, 1 unread" })).toBeVisible();
  await expect(elsewhere.getByRole("button", { name: "Notifications, 1 unread" })).toBeVisible();

  await page.getByRole("button", { name: "Mark as read: Ada invites you to “Planning”" }).click();
  await expect(page.getByRole("button", { name: "Notifications", exact: true })).toBeVisible();
  await expect(elsewhere.getByRole("button", { name: "Notifications", exact: true })).toBeVisible();
  await page.reload();
  await page.getByRole("button", { name: bell }).click();
  await expect(item).toBeVisible();
  await expect(page.getByRole("button", { name: "Mark all as read" })).toHaveCount(0);
  for (const context of [ada.context, bob.context, elsewhere.context()]) await context.close();
});

test("all notifications have a page, and how they come can be chosen", async ({ browser }) => {
  const ada = await Person.signedIn(browser, "Ada");
  const bob = await Person.signedIn(browser, "Bob");
  const { page } = bob;
  for (const title of ["One", "Two"]) await ada.invite(await ada.makeMeeting(title), bob.username);
  await page.getByRole("button", { name: "Notifications, 2 unread" }).click();
  await page.getByRole("link", { name: "Show all" }).click();
  const items = page.locator("main").getByTestId("notification");
  await expect(items).toHaveCount(2);
  await page.locator("main").getByText("Unread", { exact: true }).click();
  await expect(page).toHaveURL(/\/notifications\?show=unread$/);
  await page.getByRole("button", { name: "Mark all as read" }).click();
  await expect(page.getByRole("heading", { name: "Nothing unread" })).toBeVisible();

  await page.getByRole("link", { name: "Settings for notifications" }).click();
  await page.getByRole("checkbox", { name: "Invitations: Here" }).uncheck();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved")).toBeVisible();
  await page.reload();
  await expect(page.getByRole("checkbox", { name: "Invitations: Here" })).not.toBeChecked();
  await expect(page.getByRole("checkbox", { name: "Invitations: E-mail" })).toBeChecked();
  await ada.context.close();
  await bob.context.close();
});

test("whoever is invited answers on the page of the meeting, and takes it into a calendar", async ({
  browser,
}) => {
  const ada = await Person.signedIn(browser, "Ada");
  const bob = await Person.signedIn(browser, "Bob");
  const start = new Date(Date.now() + 86_400_000).toISOString();
  const code = await ada.makeMeeting("Planning", { start_time: start });
  await ada.invite(code, bob.username);
  const { page } = bob;
  await page.goto(`/meetings/${code}`);
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save for my calendar" }).click(),
  ]);
  expect(file.suggestedFilename()).toBe(`${code}.ics`);
  const text = await readFile(await file.path(), "utf8");
  expect(text).toContain("BEGIN:VEVENT");
  expect(text).toContain("SUMMARY:Planning");

  await page.getByRole("button", { name: "Accept", exact: true }).click();
  await expect(page.getByRole("heading", { name: "You will come" })).toBeVisible();
  await ada.page.goto(`/meetings/${code}`);
  await expect(ada.page.getByText("1 invited, 1 will come")).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { name: "You will come" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Accept", exact: true })).toHaveCount(0);
  await ada.context.close();
  await bob.context.close();
});
