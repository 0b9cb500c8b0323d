// Every page in its normal, empty, loading and error state, in three sizes and two colour schemes. The answers of the
// server are made up here, so that each state can be had at will.
import { expect, test, type Page } from "@playwright/test";
import { baseUrl } from "../support/person.ts";
import { forEachLook, shoot } from "../support/looks.ts";
import { failure, listMeetings as list, MEETINGS, signedIn, success } from "../support/made-up.ts";

forEachLook((look) => {
  test(`pages ${look.name}`, async ({ browser }) => {
    const open = async (): Promise<Page> => {
      const context = await browser.newContext({ ...look.options, baseURL: baseUrl() });
      return context.newPage();
    };
    const close = (page: Page): Promise<void> => page.context().close();

    let page = await open();
    await page.goto("/login");
    await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
    await shoot(page, look, "login");
    await page.route("**/api/v1/login", (route) => failure(route, 401, "auth.invalid_credentials"));
    await page.locator("input[name=username]").fill("ada");
    await page.locator("input[name=password]").fill("wrong");
    await page.locator("form button[type=submit]").click();
    await expect(page.getByRole("alert")).toBeVisible();
    await shoot(page, look, "login-error");
    await page.goto("/register");
    await expect(page.getByLabel("E-mail")).toBeVisible();
    await shoot(page, look, "register");
    await page.route("**/api/v1/register", (route) => failure(route, 409, "user.username_taken"));
    await page.locator("input[name=username]").fill("ada");
    await page.locator("input[name=email]").fill("ada@example.org");
    await page.locator("input[name=password]").fill("correct horse");
    await page.locator("form button[type=submit]").click();
    await expect(page.getByText("This user name is taken")).toBeVisible();
    await shoot(page, look, "register-error");
    await page.goto("/nowhere");
    await expect(page.getByRole("heading", { name: "Page not found" })).toBeVisible();
    await shoot(page, look, "not-found");
    await close(page);

    page = await open();
    await signedIn(page);
    await list(page, (route) => success(route, { items: MEETINGS, next_cursor: "more" }));
    await page.goto("/");
    await expect(page.getByRole("listitem")).toHaveCount(6);
    await shoot(page, look, "dashboard");
    await page.getByRole("button", { name: "New meeting" }).click();
    await expect(page.getByRole("menuitem").first()).toBeVisible();
    await shoot(page, look, "dashboard-new-meeting");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /^Account of/ }).click();
    await expect(page.getByRole("menuitem", { name: "Sign out" })).toBeVisible();
    await shoot(page, look, "dashboard-account");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Join with code" }).click();
    await page.getByLabel("Code or link").fill("wrong");
    await page.getByRole("button", { name: "Go to the meeting" }).click();
    await shoot(page, look, "dashboard-join-error");
    await page.goto("/meetings/new");
    await expect(page.getByLabel("Title", { exact: true })).toBeVisible();
    await shoot(page, look, "schedule");
    await page.getByLabel("End", { exact: true }).fill("2020-01-01T10:00");
    await page.getByRole("button", { name: "Schedule meeting" }).click();
    await shoot(page, look, "schedule-error");
    await close(page);

    page = await open();
    await signedIn(page);
    await list(page, (route) => success(route, { items: [], next_cursor: null }));
    await page.goto("/");
    await expect(page.getByRole("heading", { name: "No meetings yet" })).toBeVisible();
    await shoot(page, look, "dashboard-empty");
    await close(page);

    page = await open();
    await signedIn(page);
    await list(page, () => undefined);
    await page.goto("/");
    await expect(page.getByRole("status", { name: "Loading" })).toBeVisible();
    await shoot(page, look, "dashboard-loading");
    await close(page);

    page = await open();
    await signedIn(page);
    await list(page, (route) => failure(route, 409, "internal"));
    await page.goto("/");
    await expect(page.getByRole("alert")).toBeVisible();
    await shoot(page, look, "dashboard-error");
    await page.unroute("**/api/v1/meetings/*");
    await page.route("**/api/v1/meetings/*", (route) => failure(route, 404, "meeting.not_found"));
    await page.goto("/m/abc-defg-hij");
    await expect(page.getByRole("heading", { name: "There is no such meeting" })).toBeVisible();
    await shoot(page, look, "meeting-not-found");
    await close(page);

    page = await open();
    await signedIn(page);
    await page.goto("/m/abc-defg-hbj");
    await expect(page.getByRole("button", { name: "Mute microphone" })).toBeVisible();
    await expect
      .poll(() => page.locator("video").evaluate((video) => (video as HTMLVideoElement).videoWidth))
      .toBeGreaterThan(0);
    await shoot(page, look, "prejoin");
    await page.route("**/api/v1/meetings/*/join", (route) => failure(route, 409, "meeting.full"));
    await page.getByRole("button", { name: "Join", exact: true }).click();
    await expect(page.getByRole("heading", { name: "You could not join" })).toBeVisible();
    await shoot(page, look, "after-refused");
    await close(page);

    page = await open();
    await signedIn(page);
    await page.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotAllowedError"));
    });
    await page.goto("/m/abc-defg-hbj");
    await expect(page.getByRole("alert")).toBeVisible();
    await shoot(page, look, "prejoin-denied");
    await close(page);
  });
});

test("pages in Chinese", async ({ browser }) => {
  const context = await browser.newContext({
    baseURL: baseUrl(),
    viewport: { width: 1440, height: 900 },
    locale: "zh-CN",
  });
  const page = await context.newPage();
  const look = { name: "1440x900-light-zh", options: {} };
  await page.goto("/login");
  await expect(page.getByRole("heading", { name: "登录" })).toBeVisible();
  await shoot(page, look, "login");
  await signedIn(page);
  await list(page, (route) => success(route, { items: MEETINGS, next_cursor: null }));
  await page.goto("/");
  await expect(page.getByRole("listitem")).toHaveCount(6);
  await shoot(page, look, "dashboard");
  await page.goto("/m/abc-defg-hbj");
  await expect(page.getByRole("button", { name: "加入" })).toBeVisible();
  await shoot(page, look, "prejoin");
  await context.close();
});
