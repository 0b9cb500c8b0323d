// The life of an account: its profile, its picture, its password and devices, lost passwords, and its end.
import { expect, test, type Page } from "@playwright/test";
import { linkTo } from "../support/mail.ts";
import { baseUrl, newAccount, PASSWORD, Person, signIn } from "../support/person.ts";
import { portrait } from "../support/picture.ts";

const ANOTHER = "staple battery horse";

async function save(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Save" }).click();
}

test("somebody proves their e-mail address with the mailed link", async ({ page }) => {
  const account = newAccount("Vera");
  await page.goto(`${baseUrl()}/register`);
  await page.getByLabel("User name").fill(account.username);
  await page.getByLabel("E-mail").fill(account.email);
  await page.getByLabel("Password", { exact: true }).fill(account.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByTestId("email-notice")).toContainText(account.email);
  const first = await linkTo("verify-email", account.email);

  await page.goto("about:blank");
  await page.goto(first);
  await expect(page.getByRole("heading", { name: "Your address is confirmed" })).toBeVisible();
  await expect(page).toHaveURL(`${baseUrl()}/verify-email`);
  await page.getByRole("link", { name: "Go to meetings" }).click();
  await expect(page.getByRole("heading", { name: "Meetings", exact: true })).toBeVisible();
  await expect(page.getByTestId("email-notice")).toHaveCount(0);

  await page.goto("about:blank");
  await page.goto(first);
  await expect(page.getByRole("heading", { name: "This link does not work any more" })).toBeVisible();
});

test("name and language are changed, in this tab and in the others", async ({ browser }) => {
  const ada = await Person.signedIn(browser, "Ada");
  const { page } = ada;
  const otherTab = await ada.context.newPage();
  await otherTab.goto("/");
  await expect(otherTab.getByRole("button", { name: "Account of Ada" })).toBeVisible();

  await page.getByRole("button", { name: "Account of Ada" }).click();
  await page.getByRole("menuitem", { name: "Settings" }).click();
  await expect(page).toHaveURL(/\/settings\/profile$/);
  await page.getByLabel("Name", { exact: true }).fill("  ");
  await save(page);
  await expect(page.getByText("This is needed.")).toBeVisible();
  await page.getByLabel("Name", { exact: true }).fill("Countess of Lovelace");
  await page.getByLabel("Language").selectOption("zh-CN");
  await save(page);
  await expect(page.getByRole("heading", { name: "设置", exact: true })).toBeVisible();
  await expect(page.getByText("已保存")).toBeVisible();
  await expect(otherTab.getByRole("button", { name: "Account of Countess of Lovelace" })).toBeVisible();

  await page.reload();
  await expect(page.getByLabel("姓名")).toHaveValue("Countess of Lovelace");
  await expect(page.getByLabel("语言")).toHaveValue("zh-CN");

  const elsewhere = await ada.anotherBrowser(browser);
  await expect(elsewhere.locator("html")).toHaveAttribute("lang", "zh-CN");
  await elsewhere.context().close();
  await ada.context.close();
});

test("a picture is cropped with the keyboard, shown, and removed", async ({ browser }) => {
  const ada = await Person.signedIn(browser, "Ada");
  const { page } = ada;
  await page.goto("/settings/profile");
  await page.locator("input[type=file]").setInputFiles({
    name: "me.png",
    mimeType: "image/png",
    buffer: Buffer.from("this is no picture"),
  });
  await expect(page.getByRole("alert")).toContainText("This file cannot be read as a picture.");

  await page.locator("input[type=file]").setInputFiles(await portrait(page));
  await expect(page.getByTestId("crop-stage")).toBeFocused();
  for (const key of ["+", "+", "+", "ArrowLeft", "ArrowUp"]) await page.keyboard.press(key);
  await page.getByRole("button", { name: "Use this picture" }).click();
  await expect(page.getByText("Your picture is changed.")).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  const shown = page.getByRole("button", { name: "Account of Ada" }).locator("img");
  await expect(shown).toHaveAttribute("src", /^\/api\/v1\/avatars\/[\w-]+\?size=128$/);
  await expect.poll(() => shown.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(128);

  await page.getByRole("button", { name: "Remove the picture" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove the picture" }).click();
  await expect(page.getByText("Your picture is removed.")).toBeVisible();
  await expect(shown).toHaveCount(0);
  await ada.context.close();
});

test("a changed password signs the other devices out", async ({ browser }) => {
  const ada = await Person.signedIn(browser, "Ada");
  const { page } = ada;
  const other = await ada.anotherBrowser(browser);

  await page.goto("/settings/security");
  await expect(page.getByRole("listitem").filter({ hasText: "Chrome on Linux" })).toHaveCount(2);
  await page.getByLabel("Present password").fill("wrong password");
  await page.getByLabel("New password").fill(ANOTHER);
  await page.getByRole("button", { name: "Change the password" }).click();
  await expect(page.getByText("The password is wrong.")).toBeVisible();
  await page.getByLabel("Present password").fill(PASSWORD);
  await page.getByLabel("New password").fill("password1");
  await page.getByRole("button", { name: "Change the password" }).click();
  await expect(page.getByText("This is one of the most common passwords.")).toBeVisible();
  await page.getByLabel("New password").fill(ANOTHER);
  await page.getByRole("button", { name: "Change the password" }).click();
  await expect(page.getByText("Your password is changed.")).toBeVisible();
  await expect(page.getByText("You are signed in on this device only.")).toBeVisible();

  await other.getByText("Live", { exact: true }).click();
  await expect(other.getByText("Your session has ended. Sign in again to go on.")).toBeVisible();
  await signIn(other, ada.username, PASSWORD);
  await expect(other.getByRole("alert")).toHaveText("User name or password is wrong.");
  await signIn(other, ada.username, ANOTHER);
  await expect(other).toHaveURL(`${baseUrl()}/`);
  await other.context().close();
  await ada.context.close();
});

test("devices are signed out one by one, and all at once", async ({ browser }) => {
  const ada = await Person.signedIn(browser, "Ada");
  const { page } = ada;
  const phone = await ada.anotherBrowser(browser, {
    userAgent:
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
  });
  const third = await ada.anotherBrowser(browser);
  const fourth = await ada.anotherBrowser(browser);

  await page.goto("/settings/security");
  const devices = page.getByRole("list", { name: "Signed-in devices" }).getByRole("listitem");
  await expect(devices).toHaveCount(4);
  await expect(devices.first()).toContainText("This device");
  await page.getByRole("button", { name: "Sign out Safari on iPhone" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(page.getByText("Safari on iPhone is signed out.")).toBeVisible();
  await expect(devices).toHaveCount(3);
  await phone.goto("/meetings/new");
  await expect(phone).toHaveURL(/\/login/);

  await page.getByRole("button", { name: "Sign out all other devices" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Sign out all other devices" }).click();
  await expect(page.getByText("2 devices are signed out.")).toBeVisible();
  await expect(devices).toHaveCount(1);
  for (const gone of [third, fourth]) {
    await gone.reload();
    await expect(gone).toHaveURL(/\/login/);
  }
  for (const each of [phone, third, fourth, page]) await each.context().close();
});

test("a lost password is replaced through the mailed link, once", async ({ browser }) => {
  const context = await browser.newContext({ baseURL: baseUrl(), locale: "en-GB" });
  const page = await context.newPage();
  const ada = await Person.signedIn(browser, "Ada");
  await page.goto(`${baseUrl()}/login`);
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await expect(page.getByRole("heading", { name: "Forgot your password?" })).toBeVisible();
  await page.getByLabel("E-mail").fill("nobody.at.all@example.org");
  await page.getByRole("button", { name: "Send the link" }).click();
  await expect(page.getByText("Look into your mail")).toBeVisible();
  await page.getByRole("button", { name: "Use another address" }).click();
  await page.getByLabel("E-mail").fill(ada.email);
  await page.getByRole("button", { name: "Send the link" }).click();
  await expect(page.getByText("Look into your mail")).toBeVisible();

  const link = await linkTo("reset-password", ada.email);
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "Choose a new password" })).toBeVisible();
  await expect(page).toHaveURL(`${baseUrl()}/reset-password`);
  await page.getByLabel("New password").fill("short");
  await page.getByRole("button", { name: "Set the password" }).click();
  await expect(page.getByText("At least 8 characters are needed.")).toBeVisible();
  await page.getByLabel("New password").fill(ANOTHER);
  await page.getByRole("button", { name: "Set the password" }).click();
  await expect(page.getByText("Your new password holds from now on.")).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(`${baseUrl()}/forgot-password`);

  await ada.page.reload();
  await expect(ada.page).toHaveURL(/\/login/);
  await signIn(page, ada.email, ANOTHER);
  await expect(page).toHaveURL(`${baseUrl()}/`);

  await page.goto("about:blank");
  await page.goto(link);
  await page.getByLabel("New password").fill("yet another password");
  await page.getByRole("button", { name: "Set the password" }).click();
  await expect(page.getByRole("heading", { name: "This link does not work any more" })).toBeVisible();
  await context.close();
  await ada.context.close();
});

test("an account is deleted, and kept by coming back in time", async ({ browser }) => {
  const ada = await Person.signedIn(browser, "Ada");
  const { page } = ada;
  const other = await ada.anotherBrowser(browser);
  await page.goto("/settings/account");
  await page.getByRole("button", { name: "Delete my account" }).click();
  const dialog = page.getByRole("dialog", { name: `Delete the account ${ada.username}?` });
  const submit = dialog.getByRole("button", { name: `Delete ${ada.username}` });
  await expect(dialog.getByLabel("Your password")).toBeFocused();
  await dialog.getByLabel("Your password").fill("wrong password");
  await dialog.getByRole("checkbox").check();
  await submit.click();
  await expect(dialog.getByText("The password is wrong.")).toBeVisible();
  await dialog.getByLabel("Your password").fill(PASSWORD);
  await submit.click();
  await expect(page.getByText(/^Your account will be deleted on .+ Sign in before then/)).toBeVisible();
  await other.reload();
  await expect(other).toHaveURL(/\/login/);

  await page.locator("input[name=username]").fill(ada.username);
  await page.locator("input[name=password]").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("Welcome back. Your account stays as it was.")).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { name: "Meetings", exact: true })).toBeVisible();
  await expect(page.getByText("Welcome back.")).toHaveCount(0);
  await other.context().close();
  await ada.context.close();
});
