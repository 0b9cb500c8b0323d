// Settings, mailed links and administration in their normal, empty, loading and error states, in three sizes and two
// colour schemes. The answers of the server are made up here, so that each state can be had at will.
import { expect, test, type Page, type Route } from "@playwright/test";
import { baseUrl } from "../support/person.ts";
import { portrait } from "../support/picture.ts";
import { forEachLook, shoot, type Look } from "../support/looks.ts";
import { failure, listMeetings, MEETINGS, signedIn, success, USER } from "../support/made-up.ts";
import { ACCOUNTS, ADMIN, BANNED, ENTRIES, SESSIONS } from "../support/made-up-accounts.ts";

type Answer = (route: Route) => Promise<void> | undefined;

const never: Answer = () => undefined;
const broken: Answer = (route) => failure(route, 409, "internal");

forEachLook((look) => {
  test(`accounts ${look.name}`, async ({ browser }) => {
    /** A page of its own for each state, so that nothing is left over. */
    const on = async (user: object | null, task: (page: Page) => Promise<void>): Promise<void> => {
      const context = await browser.newContext({ ...look.options, baseURL: baseUrl() });
      const page = await context.newPage();
      if (user) await signedIn(page, user);
      await task(page);
      await context.close();
    };
    await on(null, (page) => mailedLinks(page, look));
    await on(USER, (page) => profile(page, look));
    await on({ ...USER, email_verified: false }, (page) => unverified(page, look));
    await on(USER, (page) => security(page, look));
    await on(USER, (page) => closing(page, look));
    await on(ADMIN, (page) => users(page, look));
    await on(ADMIN, (page) => oneUser(page, look));
    await on(ADMIN, (page) => auditLog(page, look));
    await on(USER, async (page) => {
      await page.goto("/admin/users");
      await expect(page.getByRole("heading", { name: "Only administrators see this page" })).toBeVisible();
      await shoot(page, look, "admin-forbidden");
    });
  });
});

async function mailedLinks(page: Page, look: Pick<Look, "name">): Promise<void> {
  for (const [search, name] of [
    ["ended=banned", "login-banned"],
    ["ended=reused", "login-reused"],
    ["closed=2026-12-04T10:00:00Z", "login-closed"],
    ["reset=1", "login-reset"],
  ] as const) {
    await page.goto(`/login?${search}`);
    await expect(page.locator("main").getByRole(/ended/.test(search) ? "alert" : "status")).toBeVisible();
    await shoot(page, look, name);
  }
  await page.goto("/forgot-password");
  await page.getByRole("button", { name: "Send the link" }).click();
  await expect(page.getByText("This is needed.")).toBeVisible();
  await shoot(page, look, "forgot-error");
  await page.route("**/api/v1/password-reset", (route) => success(route, {}));
  await page.getByLabel("E-mail").fill("ada@example.org");
  await page.getByRole("button", { name: "Send the link" }).click();
  await expect(page.getByText("Look into your mail")).toBeVisible();
  await shoot(page, look, "forgot-sent");

  await page.goto("/reset-password");
  await expect(page.getByRole("heading", { name: "This link does not work any more" })).toBeVisible();
  await shoot(page, look, "reset-bad-link");
  await page.route("**/api/v1/password-reset/confirm", (route) =>
    failure(route, 422, "request.invalid", [{ field: "new_password", code: "too_common", message: "no" }]),
  );
  await page.goto("/reset-password#token=abc");
  await page.getByLabel("New password").fill("password1");
  await page.getByRole("button", { name: "Set the password" }).click();
  await expect(page.getByText("This is one of the most common passwords.")).toBeVisible();
  await shoot(page, look, "reset-error");

  await page.route("**/api/v1/verify-email", never);
  await page.goto("/verify-email#token=one");
  await expect(page.getByRole("status", { name: "Confirming your address" })).toBeVisible();
  await shoot(page, look, "verify-loading");
  await page.unroute("**/api/v1/verify-email");
  await page.route("**/api/v1/verify-email", (route) => success(route, {}));
  await page.goto("/login");
  await page.goto("/verify-email#token=two");
  await expect(page.getByRole("heading", { name: "Your address is confirmed" })).toBeVisible();
  await shoot(page, look, "verify-done");
  await page.unroute("**/api/v1/verify-email");
  await page.route("**/api/v1/verify-email", (route) => failure(route, 400, "account.bad_link"));
  await page.goto("/login");
  await page.goto("/verify-email#token=three");
  await expect(page.getByRole("heading", { name: "This link does not work any more" })).toBeVisible();
  await shoot(page, look, "verify-bad-link");
}

async function unverified(page: Page, look: Pick<Look, "name">): Promise<void> {
  await listMeetings(page, (route) => success(route, { items: MEETINGS, next_cursor: null }));
  await page.goto("/");
  await expect(page.getByTestId("email-notice")).toBeVisible();
  await shoot(page, look, "dashboard-unverified");
  await page.goto("/settings/profile");
  await expect(page.getByText("Not confirmed yet")).toBeVisible();
  await page.getByRole("button", { name: "Send the mail again" }).scrollIntoViewIfNeeded();
  await shoot(page, look, "settings-profile-unverified");
}

async function profile(page: Page, look: Pick<Look, "name">): Promise<void> {
  await page.goto("/settings/profile");
  await expect(page.getByLabel("Name", { exact: true })).toBeVisible();
  await shoot(page, look, "settings-profile");
  await page.route("**/api/v1/profile", (route) =>
    failure(route, 422, "request.invalid", [{ field: "nickname", code: "too_long", message: "no" }]),
  );
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("At most 64 characters fit.")).toBeVisible();
  await shoot(page, look, "settings-profile-error");
  await page.locator("input[type=file]").setInputFiles(await portrait(page));
  await expect(page.getByTestId("crop-stage")).toBeFocused();
  for (const key of ["+", "+", "+", "ArrowRight", "ArrowDown"]) await page.keyboard.press(key);
  await shoot(page, look, "settings-crop");
  await page.route("**/api/v1/upload-avatar", (route) =>
    failure(route, 422, "request.invalid", [{ field: "file", code: "too_many_pixels", message: "no" }]),
  );
  await page.getByRole("button", { name: "Use this picture" }).click();
  await expect(page.getByRole("alert")).toContainText("This picture has too many pixels.");
  await shoot(page, look, "settings-crop-error");
}

async function security(page: Page, look: Pick<Look, "name">): Promise<void> {
  await page.route("**/api/v1/sessions", never);
  await page.goto("/settings/security");
  await expect(page.getByRole("status", { name: "Loading" })).toBeVisible();
  await page.getByRole("heading", { name: "Signed-in devices" }).scrollIntoViewIfNeeded();
  await shoot(page, look, "settings-security-loading");
  await page.unroute("**/api/v1/sessions");
  await page.route("**/api/v1/sessions", broken);
  await page.goto("/settings/security");
  await expect(page.getByRole("alert")).toBeVisible();
  await page.getByRole("button", { name: "Try again" }).scrollIntoViewIfNeeded();
  await shoot(page, look, "settings-security-error");
  await page.unroute("**/api/v1/sessions");
  await page.route("**/api/v1/sessions", (route) => success(route, { items: SESSIONS.slice(0, 1) }));
  await page.goto("/settings/security");
  await expect(page.getByText("You are signed in on this device only.")).toBeVisible();
  await shoot(page, look, "settings-security-one");
  await page.unroute("**/api/v1/sessions");
  await page.route("**/api/v1/sessions", (route) => success(route, { items: SESSIONS }));
  await page.goto("/settings/security");
  await expect(page.getByText("Safari on iPhone")).toBeVisible();
  await page.getByRole("button", { name: "Sign out all other devices" }).scrollIntoViewIfNeeded();
  await shoot(page, look, "settings-security");
  await page.getByRole("button", { name: "Sign out Safari on iPhone" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await shoot(page, look, "settings-security-end");
  await page.keyboard.press("Escape");
  await page.route("**/api/v1/change-password", (route) => failure(route, 403, "account.wrong_password"));
  await page.getByLabel("Present password").fill("wrong");
  await page.getByLabel("New password").fill("a much better one");
  await page.getByRole("button", { name: "Change the password" }).click();
  await expect(page.getByText("The password is wrong.")).toBeVisible();
  await shoot(page, look, "settings-password-error");
}

async function closing(page: Page, look: Pick<Look, "name">): Promise<void> {
  await page.goto("/settings/account");
  await page.getByRole("button", { name: "Delete my account" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await shoot(page, look, "settings-account-delete");
  await page.getByRole("button", { name: "Delete ada" }).click();
  await expect(page.getByText("This is needed.")).toHaveCount(2);
  await shoot(page, look, "settings-account-delete-error");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await shoot(page, look, "settings-account");
}

async function users(page: Page, look: Pick<Look, "name">): Promise<void> {
  const address = "**/api/v1/admin/users?*";
  for (const [answer, name, seen] of [
    [never, "admin-users-loading", page.getByRole("status", { name: "Loading" })],
    [broken, "admin-users-error", page.getByRole("alert")],
    [
      (route: Route) => success(route, { items: [], next_cursor: null }),
      "admin-users-empty",
      page.getByRole("heading", { name: "Nobody found" }),
    ],
    [
      (route: Route) => success(route, { items: ACCOUNTS, next_cursor: "more" }),
      "admin-users",
      page.getByRole("button", { name: "Load more" }),
    ],
  ] as const) {
    await page.unroute(address);
    await page.route(address, (route) => answer(route));
    await page.goto(
      name === "admin-users-empty" ? "/admin/users?query=nobody&status=banned" : "/admin/users",
    );
    await expect(seen).toBeVisible();
    await shoot(page, look, name);
  }
}

async function oneUser(page: Page, look: Pick<Look, "name">): Promise<void> {
  const [, active] = ACCOUNTS as { id: string; nickname: string }[];
  const address = "**/api/v1/admin/users/*";
  await page.route(address, never);
  await page.goto(`/admin/users/${active?.id}`);
  await expect(page.getByRole("status", { name: "Loading" })).toBeVisible();
  await shoot(page, look, "admin-user-loading");
  await page.unroute(address);
  await page.route(address, (route) => failure(route, 404, "user.not_found"));
  await page.goto(`/admin/users/${active?.id}`);
  await expect(page.getByRole("heading", { name: "There is no such account" })).toBeVisible();
  await shoot(page, look, "admin-user-error");
  await page.unroute(address);
  await page.route(address, (route) => success(route, { user: BANNED }));
  await page.goto(`/admin/users/${active?.id}`);
  await expect(page.getByRole("button", { name: "Lift the ban" })).toBeVisible();
  await shoot(page, look, "admin-user-banned");
  await page.unroute(address);
  await page.route(address, (route) => success(route, { user: active }));
  await page.goto(`/admin/users/${active?.id}`);
  await expect(page.getByRole("button", { name: "Ban", exact: true })).toBeVisible();
  await shoot(page, look, "admin-user");
  await page.getByRole("button", { name: "Ban", exact: true }).click();
  await page.getByLabel("Until a date").check();
  await page.getByRole("button", { name: /^Ban / }).click();
  await expect(page.getByText("This is needed.")).toBeVisible();
  await shoot(page, look, "admin-user-ban");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Make administrator" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await shoot(page, look, "admin-user-role");
}

async function auditLog(page: Page, look: Pick<Look, "name">): Promise<void> {
  const address = "**/api/v1/admin/audit-log?*";
  for (const [answer, name, seen] of [
    [never, "admin-audit-loading", page.getByRole("status", { name: "Loading" })],
    [broken, "admin-audit-error", page.getByRole("alert")],
    [
      (route: Route) => success(route, { items: [], next_cursor: null }),
      "admin-audit-empty",
      page.getByRole("heading", { name: "Nothing recorded" }),
    ],
    [
      (route: Route) => success(route, { items: ENTRIES, next_cursor: "more" }),
      "admin-audit",
      page.getByRole("button", { name: "Load more" }),
    ],
  ] as const) {
    await page.unroute(address);
    await page.route(address, (route) => answer(route));
    await page.goto("/admin/audit-log");
    await expect(seen).toBeVisible();
    await shoot(page, look, name);
  }
  await page.getByRole("button", { name: "Show the details" }).first().click();
  await expect(page.getByText("Disturbed three meetings.")).toBeVisible();
  await shoot(page, look, "admin-audit-details");
}

test("accounts in Chinese", async ({ browser }) => {
  const look = { name: "1440x900-light-zh" };
  const context = await browser.newContext({
    baseURL: baseUrl(),
    viewport: { width: 1440, height: 900 },
    locale: "zh-CN",
  });
  const page = await context.newPage();
  await page.goto("/forgot-password");
  await expect(page.getByRole("heading", { name: "忘记密码？" })).toBeVisible();
  await shoot(page, look, "forgot");
  await signedIn(page, { ...ADMIN, language: "zh-CN" });
  await page.route("**/api/v1/sessions", (route) => success(route, { items: SESSIONS }));
  await page.route("**/api/v1/admin/users?*", (route) =>
    success(route, { items: ACCOUNTS, next_cursor: null }),
  );
  await page.route("**/api/v1/admin/audit-log?*", (route) =>
    success(route, { items: ENTRIES, next_cursor: null }),
  );
  for (const [address, name, seen] of [
    ["/settings/profile", "settings-profile", page.getByLabel("姓名")],
    ["/settings/security", "settings-security", page.getByText("此设备", { exact: true })],
    ["/settings/account", "settings-account", page.getByRole("button", { name: "删除我的账户" })],
    ["/admin/users", "admin-users", page.getByRole("table", { name: "用户" })],
    ["/admin/audit-log", "admin-audit", page.getByRole("table", { name: "审计日志" })],
  ] as const) {
    await page.goto(address);
    await expect(seen).toBeVisible();
    await shoot(page, look, name);
  }
  await context.close();
});
