// No serious violations on the main pages, light and dark, and the main flow without a mouse.
import { expect, test, type Page } from "@playwright/test";
import { expectAccessible, expectAccessibleCall } from "../support/axe.ts";
import { linkTo } from "../support/mail.ts";
import { baseUrl, DEMO, newAccount, PASSWORD, Person, signIn } from "../support/person.ts";
import { portrait } from "../support/picture.ts";

/** How everybody looks at first: in the light, with nothing moving. */
const LOOK = { colorScheme: "light", reducedMotion: "reduce" } as const;

test("pages have no serious violations", async ({ browser }) => {
  const outside = await browser.newContext({
    baseURL: baseUrl(),
    locale: "en-GB",
    ...LOOK,
  });
  const page = await outside.newPage();
  for (const [address, heading] of [
    ["/login", "Sign in"],
    ["/register", "Create an account"],
    ["/login?ended=banned", "Sign in"],
    ["/login?closed=2026-12-04T10:00:00Z", "Sign in"],
    ["/forgot-password", "Forgot your password?"],
    ["/reset-password", "This link does not work any more"],
    ["/reset-password#token=none", "Choose a new password"],
    ["/verify-email#token=none", "This link does not work any more"],
    ["/nowhere", "Page not found"],
  ] as const) {
    await page.goto(address);
    await expect(page.getByRole("heading", { name: heading })).toBeVisible();
    await expectAccessible(page);
  }
  await page.goto("/login");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("This is needed.")).toHaveCount(2);
  await page.getByRole("button", { name: "Join with code" }).click();
  await expect(page.getByLabel("Code or link")).toBeFocused();
  await expectAccessible(page);
  await outside.close();

  const ada = await Person.signedIn(browser, "Ada", LOOK);
  await expect(ada.page.getByRole("heading", { name: "No meetings yet" })).toBeVisible();
  await expectAccessible(ada.page);
  const code = await ada.makeMeeting("Accessible");
  await ada.page.reload();
  await expect(ada.page.getByRole("listitem")).toHaveCount(1);
  await expectAccessible(ada.page);
  await ada.page.getByRole("button", { name: /^Account of/ }).click();
  await expect(ada.page.getByRole("menuitem", { name: "Sign out" })).toBeVisible();
  await expectAccessible(ada.page);
  await ada.page.goto("/meetings/new");
  await expect(ada.page.getByLabel("Title", { exact: true })).toBeVisible();
  await expectAccessible(ada.page);
  await ada.page.goto(`/m/${code}`);
  await expect(ada.page.getByRole("meter")).toBeVisible();
  await expectAccessible(ada.page);
  await ada.join(code);
  await expectAccessibleCall(ada.page);
  for (const panel of ["People", "Chat"]) {
    await ada.button(new RegExp(`^${panel}`)).click();
    await expect(ada.page.getByRole("complementary", { name: panel })).toBeVisible();
    await expectAccessibleCall(ada.page);
  }
  await ada.button("Leave").click();
  await ada.page.getByRole("menuitem", { name: "Leave" }).click();
  await expect(ada.page.getByRole("heading", { name: "You left the meeting" })).toBeVisible();
  await expectAccessible(ada.page);
  await ada.context.close();
});

test("settings have no serious violations", async ({ browser }) => {
  const ada = await Person.signedIn(browser, "Ada", LOOK);
  const { page } = ada;
  await page.goto("/settings/profile");
  await expect(page.getByLabel("Name", { exact: true })).toBeVisible();
  await page.getByLabel("Name", { exact: true }).fill(" ");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("This is needed.")).toBeVisible();
  await expectAccessible(page);
  await page.locator("input[type=file]").setInputFiles(await portrait(page));
  await expect(page.getByTestId("crop-stage")).toBeFocused();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Choose a picture" })).toBeFocused();

  await page.goto("/settings/security");
  await expect(page.getByText("This device", { exact: true })).toBeVisible();
  await expectAccessible(page);
  await page.goto("/settings/account");
  await page.getByRole("button", { name: "Delete my account" }).click();
  await expect(page.getByLabel("Your password")).toBeFocused();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Delete my account" })).toBeFocused();
  await ada.context.close();
});

test("meetings in detail have no serious violations", async ({ browser }) => {
  const ada = await Person.signedIn(browser, "Ada", LOOK);
  const bob = await Person.signedIn(browser, "Bob", LOOK);
  const address = newAccount("Gus").email;
  const code = await ada.makeMeeting("Accessible");
  await ada.invite(code, bob.username, address);

  const { page } = ada;
  await page.goto(`/meetings/${code}`);
  await expect(page.getByRole("region", { name: "Invitations" }).getByRole("listitem")).toHaveCount(2);
  await expectAccessible(page);
  await page.getByRole("combobox", { name: "Who is to come" }).pressSequentially("nobody.at.all,");
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expectAccessible(page);

  await bob.page.getByRole("button", { name: "Notifications, 1 unread" }).click();
  await expect(bob.page.getByTestId("notification")).toBeVisible();
  await expectAccessible(bob.page);
  await bob.page.getByRole("link", { name: "Show all" }).click();
  await expect(bob.page.getByRole("heading", { name: "Notifications", exact: true })).toBeVisible();
  await expectAccessible(bob.page);
  await bob.page.goto("/settings/notifications");
  await expect(bob.page.getByRole("checkbox").first()).toBeVisible();
  await expectAccessible(bob.page);

  await bob.page.goto(await linkTo("invitation", address));
  await expect(bob.page.getByRole("button", { name: "Accept" })).toBeVisible();
  await expectAccessible(bob.page);

  await ada.join(code);
  await page.keyboard.press("c");
  await page.getByRole("textbox", { name: "Write to everyone" }).fill("For afterwards");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("chat-line")).toBeVisible();
  await expectAccessibleCall(page);
  await ada.button("Leave").click();
  await page.getByRole("menuitem", { name: "End for all" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "End for all" }).click();
  await expect(page.getByRole("heading", { name: "The meeting has ended" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("link", { name: "Details and report" }).click();
  await expect(page.getByTestId("attendance")).toBeVisible();
  await expect(page.getByTestId("message")).toBeVisible();
  await expectAccessible(page);
  await ada.context.close();
  await bob.context.close();
});

test("administration has no serious violations", async ({ browser }) => {
  const ada = await Person.signedIn(browser, "Ada");
  const context = await browser.newContext({
    baseURL: baseUrl(),
    locale: "en-GB",
    ...LOOK,
  });
  const page = await context.newPage();
  await signIn(page, DEMO.username, DEMO.password);
  await expect(page).toHaveURL(`${baseUrl()}/`);
  await page.goto("/admin/users");
  await expect(page.getByRole("table", { name: "Users" })).toBeVisible();
  await expectAccessible(page);
  await page.goto(`/admin/users/${ada.userId}`);
  await page.getByRole("button", { name: "Ban", exact: true }).click();
  await expect(page.getByLabel("Reason")).toBeFocused();
  await page.getByLabel("Until a date").check();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expectAccessible(page);
  await page.goto("/admin/audit-log");
  await page.getByRole("button", { name: "Show the details" }).first().click();
  await expectAccessible(page);

  await page.goto("/admin/api-keys");
  await page.getByRole("button", { name: "New API key" }).click();
  await page.getByRole("button", { name: "Make the key" }).click();
  await expect(page.getByText("This is needed.")).toHaveCount(2);
  await expectAccessible(page);
  await page.getByRole("textbox", { name: "Name" }).fill("Shop");
  await page.getByLabel("Read rooms").check();
  await page.getByRole("button", { name: "Make the key" }).click();
  await expect(page.getByLabel("Key", { exact: true })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("table", { name: "API keys" })).toContainText("Shop");
  await expectAccessible(page);
  await page.goto("/admin/webhooks");
  await page.getByRole("button", { name: "New webhook" }).click();
  await page.getByLabel("Address").fill("http://127.0.0.1:1/shop");
  await page.getByLabel("Only these events").check();
  await page.getByLabel("Meeting ended").check();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Register the webhook" }).click();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expectAccessible(page);
  await page.getByRole("link", { name: "127.0.0.1:1/shop" }).click();
  await page.getByRole("button", { name: "Send a test" }).click();
  await expect(page.getByTestId("test-result")).toContainText("Nothing answers at the address.");
  await expect(page.getByTestId("delivery")).toHaveCount(1);
  await expectAccessible(page);
  await context.close();
  await ada.context.close();
});

/** Presses Tab until the element with that role and name has the focus. */
async function tabTo(
  page: Page,
  role: Parameters<Page["getByRole"]>[0],
  name: string | RegExp,
): Promise<void> {
  const target = page.getByRole(role, { name }).first();
  await expect(target).toBeVisible();
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press("Tab");
    if (await target.evaluate((element) => element === document.activeElement)) {
      const outline = await target.evaluate((element) => getComputedStyle(element).outlineStyle);
      const border = await target.evaluate((element) => getComputedStyle(element).borderColor);
      expect(outline !== "none" || border !== "", `${String(name)} shows its focus`).toBe(true);
      return;
    }
  }
  throw new Error(`${String(name)} cannot be reached with Tab`);
}

test("the main flow works with the keyboard alone", async ({ page }) => {
  const account = newAccount("Kay Board");
  await page.goto(`${baseUrl()}/register`);
  await tabTo(page, "textbox", "User name");
  await page.keyboard.type(account.username);
  await tabTo(page, "textbox", "E-mail");
  await page.keyboard.type(account.email);
  await tabTo(page, "textbox", "Name (optional)");
  await page.keyboard.type(account.nickname);
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "No meetings yet" })).toBeVisible();

  await tabTo(page, "button", "New meeting");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: /Start now/ })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Meeting of Kay Board" })).toBeVisible();

  await tabTo(page, "textbox", "Your name");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("toolbar")).toBeVisible();

  await page.keyboard.press("m");
  await expect(page.getByRole("button", { name: /^Unmute microphone/ })).toBeVisible();
  await page.keyboard.down(" ");
  await expect(page.getByRole("button", { name: /^Mute microphone/ })).toBeVisible();
  await page.keyboard.up(" ");
  await expect(page.getByRole("button", { name: /^Unmute microphone/ })).toBeVisible();
  await page.keyboard.press("v");
  await expect(page.getByRole("button", { name: /^Turn camera on/ })).toBeVisible();
  await page.keyboard.press("p");
  await expect(page.getByRole("complementary", { name: "People" })).toBeVisible();
  await page.keyboard.press("p");
  await expect(page.getByRole("complementary", { name: "People" })).toHaveCount(0);
  await page.keyboard.press("c");
  await expect(page.getByLabel("Write to everyone")).toBeFocused();
  await page.keyboard.type("m is a letter here");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("chat-line")).toContainText("m is a letter here");
  await expect(page.getByRole("button", { name: /^Unmute microphone/ })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("complementary", { name: "Chat" })).toHaveCount(0);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await tabTo(page, "button", "Leave");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Leave" })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("menuitem", { name: "End for all" })).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await expect(page.getByRole("menuitem", { name: "Leave" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "You left the meeting" })).toBeVisible();
  await tabTo(page, "link", "Back to meetings");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Meetings", exact: true })).toBeVisible();
});

test("the bar goes after a while without movement, and stays while the keyboard is on it", async ({
  browser,
}) => {
  const ada = await Person.signedIn(browser, "Ada");
  await ada.join(await ada.makeMeeting("Quiet"));
  await expect(ada.controls).toHaveAttribute("data-hidden", "true");
  await ada.page.mouse.move(300, 300);
  await ada.page.mouse.move(320, 320);
  await expect(ada.controls).not.toHaveAttribute("data-hidden", "true");
  await ada.button(/^Mute microphone/).focus();
  await ada.page.keyboard.press("Shift");
  await expect(ada.controls).toHaveCSS("opacity", "1");
  await ada.context.close();
});
