// Administration: finding people, banning them, giving roles, and the record of it.
import { expect, test, type Browser, type Page } from "@playwright/test";
import { baseUrl, DEMO, newAccount, PASSWORD, Person, signIn } from "../support/person.ts";

async function administrator(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ baseURL: baseUrl(), locale: "en-GB" });
  const page = await context.newPage();
  await signIn(page, DEMO.username, DEMO.password);
  await expect(page).toHaveURL(`${baseUrl()}/`);
  return page;
}

/** Finds somebody among all accounts, and opens their page. */
async function open(page: Page, person: Person): Promise<void> {
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Admin" }).click();
  // Until this page has been loaded the one before it stays, with a search of its own.
  await expect(page.getByRole("heading", { name: "Administration" })).toBeVisible();
  await page.getByLabel("Search").fill(person.username.toUpperCase());
  await expect(page).toHaveURL(/query=/);
  const rows = page.getByRole("table", { name: "Users" }).getByRole("row");
  await expect(rows).toHaveCount(2);
  await rows.getByRole("link", { name: person.name }).click();
  await expect(page.getByRole("heading", { name: person.name })).toBeVisible();
}

test("who is banned is told so at once, and may come back when the ban is lifted", async ({ browser }) => {
  const admin = await administrator(browser);
  const mallory = await Person.signedIn(browser, "Mallory");
  await open(admin, mallory);
  await admin.getByRole("button", { name: "Ban", exact: true }).click();
  const dialog = admin.getByRole("dialog", { name: "Ban Mallory?" });
  await dialog.getByRole("button", { name: "Ban Mallory" }).click();
  await expect(dialog.getByText("This is needed.")).toBeVisible();
  await dialog.getByLabel("Reason").fill("Sent advertising to everybody");
  await dialog.getByLabel("Until a date").check();
  await dialog.getByLabel("Until", { exact: true }).fill("2020-01-01T10:00");
  await dialog.getByRole("button", { name: "Ban Mallory" }).click();
  await expect(dialog.getByText("This has to be in the future.")).toBeVisible();
  await dialog.getByLabel("For ever").check();
  await dialog.getByRole("button", { name: "Ban Mallory" }).click();
  await expect(admin.getByText("Mallory is banned.")).toBeVisible();
  await expect(admin.getByText("Banned for ever")).toBeVisible();
  await expect(admin.getByText("Reason: Sent advertising to everybody")).toBeVisible();

  await mallory.page.getByText("Live", { exact: true }).click();
  await expect(mallory.page.getByRole("alert")).toContainText("An administrator has blocked this account.");
  await mallory.page.locator("input[name=username]").fill(mallory.username);
  await mallory.page.locator("input[name=password]").fill(PASSWORD);
  await mallory.page.getByRole("button", { name: "Sign in" }).click();
  await expect(mallory.page.getByRole("alert")).toContainText("This account is blocked.");

  await admin.getByRole("button", { name: "Lift the ban" }).click();
  await admin.getByRole("dialog").getByRole("button", { name: "Lift the ban" }).click();
  await expect(admin.getByText("The ban on Mallory is lifted.")).toBeVisible();
  await mallory.page.getByRole("button", { name: "Sign in" }).click();
  // Back where the ban was met.
  await expect(mallory.page).toHaveURL(`${baseUrl()}/?status=live`);

  // The record is written by a worker, a moment later.
  await admin.getByRole("link", { name: "Audit log of this account" }).click();
  await expect(admin).toHaveURL(new RegExp(`user_id=${mallory.userId}`));
  const entries = admin.getByTestId("audit-entry");
  await expect(async () => {
    await admin.reload();
    await expect(entries.filter({ hasText: `demo lifted the ban on ${mallory.username}` })).toBeVisible({
      timeout: 2_000,
    });
  }).toPass({ timeout: 30_000 });
  await admin.getByLabel("What happened").selectOption("user.banned");
  await expect(admin).toHaveURL(/action=user\.banned/);
  await expect(entries).toHaveCount(1);
  await expect(entries).toContainText(`demo banned ${mallory.username} for ever`);
  await admin.getByRole("button", { name: "Show the details" }).click();
  await expect(admin.getByText("Sent advertising to everybody")).toBeVisible();
  await mallory.context.close();
  await admin.context().close();
});

test("a ban ends a call", async ({ browser }) => {
  const admin = await administrator(browser);
  const ada = await Person.signedIn(browser, "Ada");
  const mallory = await Person.signedIn(browser, "Mallory");
  const code = await ada.makeMeeting("Private");
  await ada.join(code);
  await mallory.join(code);
  await expect(ada.tileOf(mallory)).toBeVisible();
  await open(admin, mallory);
  await admin.getByRole("button", { name: "Ban", exact: true }).click();
  await admin.getByLabel("Reason").fill("Loud");
  await admin.getByRole("button", { name: "Ban Mallory" }).click();
  await expect(admin.getByText("Mallory is banned.")).toBeVisible();
  await expect(ada.tileOf(mallory)).toHaveCount(0);
  await expect(mallory.controls).toHaveCount(0);
  for (const each of [ada, mallory]) await each.context.close();
  await admin.context().close();
});

test("a role is given and taken away, and opens the pages of administration", async ({ browser }) => {
  const admin = await administrator(browser);
  const grace = await Person.signedIn(browser, "Grace");
  const link = grace.page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Admin" });
  await expect(link).toHaveCount(0);
  await grace.page.goto("/admin/users");
  await expect(grace.page.getByRole("heading", { name: "Only administrators see this page" })).toBeVisible();

  await open(admin, grace);
  await admin.getByRole("button", { name: "Make administrator" }).click();
  await admin.getByRole("dialog").getByRole("button", { name: "Make administrator" }).click();
  await expect(admin.getByText("Grace has another role now.")).toBeVisible();
  await expect(admin.getByText("Administrators cannot be banned.")).toBeVisible();
  await grace.page.reload();
  await expect(link).toBeVisible();
  await expect(grace.page.getByRole("table", { name: "Users" })).toBeVisible();

  await admin.getByRole("button", { name: "Take the administrator role away" }).click();
  await admin.getByRole("dialog").getByRole("button", { name: "Take the administrator role away" }).click();
  await expect(admin.getByRole("dialog")).toHaveCount(0);
  await expect(admin.getByRole("button", { name: "Make administrator" })).toBeVisible();
  await grace.page.reload();
  await expect(grace.page.getByRole("heading", { name: "Only administrators see this page" })).toBeVisible();
  await grace.context.close();
  await admin.context().close();
});

test("filters stand in the address, and many people come page by page", async ({ browser }) => {
  const admin = await administrator(browser);
  const context = await browser.newContext({ baseURL: baseUrl() });
  const nickname = `Crowd ${Date.now()}`;
  for (let number = 0; number < 27; number += 1) {
    const answer = await context.request.post("/api/v1/register", { data: newAccount(nickname) });
    expect(answer.status()).toBe(201);
  }
  await admin.goto(`/admin/users?query=${encodeURIComponent(nickname)}&status=active`);
  const people = admin.getByRole("table", { name: "Users" }).getByRole("link", { name: nickname });
  await expect(people).toHaveCount(25);
  await admin.getByRole("button", { name: "Load more" }).click();
  await expect(people).toHaveCount(27);
  await expect(admin.getByRole("button", { name: "Load more" })).toHaveCount(0);
  await expect(admin.getByLabel("Status")).toHaveValue("active");
  await admin.getByLabel("Status").selectOption("banned");
  await expect(admin.getByRole("heading", { name: "Nobody found" })).toBeVisible();
  await admin.getByRole("link", { name: "Clear the filters" }).click();
  await expect(admin).toHaveURL(`${baseUrl()}/admin/users`);
  await expect(admin.getByLabel("Search")).toHaveValue("");
  await expect(people.first()).toBeVisible();
  await context.close();
  await admin.context().close();
});
