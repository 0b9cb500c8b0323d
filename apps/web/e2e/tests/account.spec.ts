// Making an account, signing in and out, and what goes wrong with it.
import { expect, test } from "@playwright/test";
import { baseUrl, newAccount, PASSWORD, Person } from "../support/person.ts";

test.beforeEach(async ({ page }) => {
  await page.goto(`${baseUrl()}/`);
});

test("somebody makes an account, and is signed in until they sign out", async ({ page }) => {
  const account = newAccount("Ada Lovelace");
  await expect(page).toHaveURL(/\/login/);
  await page.getByRole("link", { name: "Create one" }).click();
  await expect(page.getByRole("heading", { name: "Create an account" })).toBeVisible();
  await page.getByLabel("User name").fill(account.username);
  await page.getByLabel("E-mail").fill(account.email);
  await page.getByLabel("Name (optional)").fill(account.nickname);
  await page.getByLabel("Password", { exact: true }).fill(account.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("heading", { name: "No meetings yet" })).toBeVisible();

  await page.reload();
  await expect(page.getByRole("heading", { name: "No meetings yet" })).toBeVisible();

  await page.getByRole("button", { name: "Account of Ada Lovelace" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.goto(`${baseUrl()}/meetings/new`);
  await expect(page).toHaveURL(/\/login\?next=%2Fmeetings%2Fnew/);
  await page.getByLabel("User name or e-mail").fill(account.email);
  await page.getByLabel("Password", { exact: true }).fill(account.password);
  await page.getByLabel("Password", { exact: true }).press("Enter");
  await expect(page.getByRole("heading", { name: "Schedule a meeting" })).toBeVisible();
});

test("the access token is nowhere where another script could find it", async ({ browser }) => {
  const ada = await Person.signedIn(browser, "Ada");
  const stored = await ada.page.evaluate(
    () =>
      [localStorage, sessionStorage].map((each) => JSON.stringify(Object.entries(each))).join() +
      document.cookie,
  );
  expect(stored).not.toMatch(/eyJ/);
  const cookie = (await ada.context.cookies(`${baseUrl()}/api/v1/refresh-token`)).find(
    (each) => each.name === "om_refresh",
  );
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict" });
  await ada.context.close();
});

test("a wrong password is said plainly, and what was typed stays", async ({ page }) => {
  await page.getByLabel("User name or e-mail").fill("nobody-at-all");
  await page.getByLabel("Password", { exact: true }).fill("wrong password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toHaveText("User name or password is wrong.");
  await expect(page.getByLabel("User name or e-mail")).toHaveValue("nobody-at-all");
  await expect(page.getByRole("button", { name: "Sign in" })).toBeEnabled();
});

test("what is missing or wrong in a form stands at its field", async ({ page, browser }) => {
  const taken = await Person.signedIn(browser, "Taken");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("This is needed.")).toHaveCount(2);

  await page.getByRole("link", { name: "Create one" }).click();
  await expect(page.getByRole("heading", { name: "Create an account" })).toBeVisible();
  await page.getByLabel("User name").fill("a b");
  await page.getByLabel("E-mail").fill("not an address");
  await page.getByLabel("Password", { exact: true }).fill("short");
  await page.getByRole("button", { name: "Create account" }).click();
  for (const label of ["User name", "E-mail", "Password"]) {
    await expect(page.getByLabel(label, { exact: true })).toHaveAttribute("aria-invalid", "true");
  }
  await expect(page.getByText("This is not an e-mail address.")).toBeVisible();
  await expect(page.getByText("At least 8 characters are needed.")).toBeVisible();

  await page.getByLabel("User name").fill(taken.username.toUpperCase());
  await page.getByLabel("E-mail").fill(newAccount("Other").email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByText("This user name is taken. Choose another one.")).toBeVisible();
  await expect(page.getByLabel("User name")).toHaveValue(taken.username.toUpperCase());
  await taken.context.close();
});

test("a server that cannot be reached is said plainly", async ({ page }) => {
  await page.route("**/api/v1/login", (route) => route.abort());
  await page.getByLabel("User name or e-mail").fill("ada");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText("The server cannot be reached.");
});

test("the language is switched and remembered", async ({ page }) => {
  await page.getByRole("button", { name: "Language and appearance" }).click();
  await page.getByRole("menuitem", { name: "简体中文" }).click();
  await expect(page.getByRole("heading", { name: "登录" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
  await page.reload();
  await expect(page.getByRole("heading", { name: "登录" })).toBeVisible();
});

test.describe("a browser in Chinese", () => {
  test.use({ locale: "zh-CN" });
  test("is greeted in Chinese", async ({ page }) => {
    await expect(page.getByRole("heading", { name: "登录" })).toBeVisible();
  });
});

test("an address that leads nowhere says so", async ({ page }) => {
  await page.goto(`${baseUrl()}/no/such/page`);
  await expect(page.getByRole("heading", { name: "Page not found" })).toBeVisible();
  await page.getByRole("link", { name: "Go to meetings" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});
