// The dashboard, and making meetings.
import { expect, test } from "@playwright/test";
import { Person } from "../support/person.ts";

test("a meeting is scheduled, listed, filtered and found by its code", async ({ browser }) => {
  const ada = await Person.signedIn(browser, "Ada");
  const { page } = ada;
  await page.getByRole("button", { name: "New meeting" }).click();
  await page.getByRole("menuitem", { name: /Schedule for later/ }).click();
  await page.getByRole("button", { name: "Schedule meeting" }).click();
  await expect(page.getByText("This is needed.")).toBeVisible();
  await page.getByLabel("Title", { exact: true }).fill("Planning");
  await page.getByLabel("Description (optional)").fill("What comes next");
  await page.getByLabel("Start", { exact: true }).fill("2030-05-01T10:00");
  await page.getByLabel("End", { exact: true }).fill("2030-05-01T09:00");
  await page.getByRole("button", { name: "Schedule meeting" }).click();
  await expect(page.getByText("The end must be after the start.")).toBeVisible();
  await page.getByLabel("End", { exact: true }).fill("2030-05-01T11:30");
  await page.getByLabel("Most participants").fill("5000");
  await page.getByRole("button", { name: "Schedule meeting" }).click();
  await expect(page.getByLabel("Most participants")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Most participants").fill("12");
  await page.getByRole("button", { name: "Schedule meeting" }).click();
  await expect(page.getByRole("status").filter({ hasText: "“Planning” is scheduled" })).toBeVisible();

  const row = page.getByRole("listitem").filter({ hasText: "Planning" });
  await expect(row).toContainText("Scheduled");
  const code = /[a-z]{3}-[a-z]{4}-[a-z]{3}/.exec((await row.textContent()) ?? "")?.[0] ?? "";
  await page.getByText("Live", { exact: true }).click();
  await expect(page).toHaveURL(/status=live/);
  await expect(page.getByRole("heading", { name: "No meetings of this kind" })).toBeVisible();
  await page.getByRole("link", { name: "Show all meetings" }).click();
  await expect(row).toBeVisible();

  await page.getByRole("button", { name: "Join with code" }).click();
  await page.getByLabel("Code or link").fill("nonsense");
  await page.getByRole("button", { name: "Go to the meeting" }).click();
  await expect(page.getByText("This is not a meeting code.")).toBeVisible();
  await page.getByLabel("Code or link").fill(code.replaceAll("-", "").toUpperCase());
  await page.getByRole("button", { name: "Go to the meeting" }).click();
  await expect(page).toHaveURL(new RegExp(`/m/${code}$`));
  await expect(page.getByRole("heading", { name: "Planning" })).toBeVisible();
  await ada.context.close();
});

test("whoever is signed out joins with a code as a guest, also right after signing out", async ({
  browser,
}) => {
  const ada = await Person.signedIn(browser, "Ada");
  const code = await ada.makeMeeting("Open house", { settings: { guests_allowed: true } });
  const { page } = ada;
  await page.getByRole("button", { name: "Account of Ada" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/login/);
  await page.getByRole("button", { name: "Join with code" }).click();
  await expect(page.getByLabel("Code or link")).toBeFocused();
  await page.getByLabel("Code or link").fill("nonsense");
  await page.getByRole("button", { name: "Go to the meeting" }).click();
  await expect(page.getByText("This is not a meeting code.")).toBeVisible();
  await page.getByLabel("Code or link").fill(`${new URL(page.url()).origin}/m/${code}`);
  await page.getByRole("button", { name: "Go to the meeting" }).click();
  await expect(page).toHaveURL(new RegExp(`/m/${code}$`));
  await expect(page.getByRole("heading", { name: "Open house" })).toBeVisible();
  await page.getByLabel("Your name").fill("Guest Grace");
  await page.locator("form button[type=submit]").click();
  await expect(ada.controls).toBeVisible();
  await ada.context.close();
});

test("many meetings come page by page", async ({ browser }) => {
  const ada = await Person.signedIn(browser, "Ada");
  for (let number = 1; number <= 23; number += 1) await ada.makeMeeting(`Meeting ${number}`);
  await ada.page.reload();
  await expect(ada.page.getByRole("listitem")).toHaveCount(20);
  await ada.page.getByRole("button", { name: "Show more" }).click();
  await expect(ada.page.getByRole("listitem")).toHaveCount(23);
  await expect(ada.page.getByRole("button", { name: "Show more" })).toHaveCount(0);
  await ada.context.close();
});

test("a failure to load says what to do, with the id of the request", async ({ browser }) => {
  const ada = await Person.signedIn(browser, "Ada");
  const { page } = ada;
  await page.route("**/api/v1/meetings?*", (route) =>
    route.fulfill({
      status: 500,
      headers: { "x-request-id": "req-4711" },
      json: { code: 500, message: "internal error", error: { type: "internal", details: [] }, timestamp: 0 },
    }),
  );
  await page.reload();
  await expect(page.getByRole("alert")).toContainText("Your meetings could not be loaded");
  await expect(page.getByRole("alert")).toContainText("req-4711");
  await page.unroute("**/api/v1/meetings?*");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("heading", { name: "No meetings yet" })).toBeVisible();
  await ada.context.close();
});

test("a meeting that is not there says so", async ({ browser }) => {
  const ada = await Person.signedIn(browser, "Ada");
  await ada.page.goto("/m/zzz-zzzz-zzz");
  await expect(ada.page.getByRole("heading", { name: "There is no such meeting" })).toBeVisible();
  await ada.page.getByRole("link", { name: "Back to meetings" }).click();
  await expect(ada.page.getByRole("heading", { name: "Meetings", exact: true })).toBeVisible();
  await ada.context.close();
});
