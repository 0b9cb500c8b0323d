// Notifications, invitations and meetings in detail in their normal, empty, loading and error states, in three sizes and
// two colour schemes. The answers of the server are made up here, so that each state can be had at will.
import { expect, test, type Page, type Route } from "@playwright/test";
import { baseUrl } from "../support/person.ts";
import { forEachLook, shoot, type Look } from "../support/looks.ts";
import { failure, listMeetings, MEETINGS, signedIn, success } from "../support/made-up.ts";
import {
  COMING,
  GRACE,
  HELD,
  INVITATIONS,
  INVITED_TO,
  NOTIFICATIONS,
  OWN,
  PEOPLE,
  PLANNED,
  PREFERENCES,
  REPORT,
  SERIES,
  SERIES_REPORT,
} from "../support/made-up-meetings.ts";

type Answer = (route: Route) => Promise<void> | undefined;

const never: Answer = () => undefined;
const broken: Answer = (route) => failure(route, 409, "internal");
const NONE = { items: [], next_cursor: null };

forEachLook((look) => {
  test(`meetings ${look.name}`, async ({ browser }) => {
    /** A page of its own for each state, so that nothing is left over. */
    const on = async (signed: boolean, task: (page: Page) => Promise<void>): Promise<void> => {
      const context = await browser.newContext({ ...look.options, baseURL: baseUrl() });
      const page = await context.newPage();
      if (signed) await signedIn(page);
      await task(page);
      await context.close();
    };
    await on(true, (page) => bell(page, look));
    await on(true, (page) => notifications(page, look));
    await on(true, (page) => preferences(page, look));
    await on(true, (page) => planned(page, look));
    await on(true, (page) => held(page, look));
    await on(true, (page) => series(page, look));
    await on(true, (page) => failing(page, look));
    await on(false, (page) => mailedLink(page, look));
  });
});

/** All of a page, however long it is. */
async function shootWhole(page: Page, look: Pick<Look, "name">, name: string): Promise<void> {
  const size = page.viewportSize();
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  if (size) await page.setViewportSize({ width: size.width, height: Math.max(size.height, height) });
  await shoot(page, look, name);
  if (size) await page.setViewportSize(size);
}

/** Answers to the calls about notifications. */
async function tell(page: Page, answer: Answer): Promise<void> {
  await page.unroute("**/api/v1/notifications?*");
  await page.route("**/api/v1/notifications?*", (route) => answer(route));
}

async function bell(page: Page, look: Pick<Look, "name">): Promise<void> {
  await listMeetings(page, (route) => success(route, { items: MEETINGS, next_cursor: null }));
  await tell(page, (route) => success(route, { items: NOTIFICATIONS, next_cursor: null, unread_count: 3 }));
  await page.goto("/");
  await page.route("**/api/v1/meetings/*/invitation", (route) =>
    success(route, { ...OWN, status: route.request().url().includes("hzj") ? "accepted" : "pending" }),
  );
  await page.getByRole("button", { name: "Notifications, 3 unread" }).click();
  await expect(page.getByTestId("notification")).toHaveCount(NOTIFICATIONS.length);
  await expect(page.getByRole("button", { name: "Accept" })).toBeVisible();
  await shoot(page, look, "bell");
  for (const [answer, name] of [
    [(route: Route) => success(route, { ...NONE, unread_count: 0 }), "empty"],
    [never, "loading"],
    [broken, "error"],
  ] as const) {
    await tell(page, answer);
    await page.goto("/");
    await page.getByRole("button", { name: "Notifications", exact: true }).click();
    await expect(page.getByRole("region", { name: "Notifications" })).toBeVisible();
    if (name === "error") await expect(page.getByRole("button", { name: "Try again" })).toBeVisible();
    await shoot(page, look, `bell-${name}`);
  }
}

async function notifications(page: Page, look: Pick<Look, "name">): Promise<void> {
  const main = page.locator("main");
  await tell(page, (route) => success(route, { items: NOTIFICATIONS, next_cursor: "more", unread_count: 3 }));
  await page.goto("/notifications");
  await expect(main.getByTestId("notification")).toHaveCount(NOTIFICATIONS.length);
  await shoot(page, look, "notifications");
  await tell(page, (route) => success(route, { ...NONE, unread_count: 0 }));
  await page.goto("/notifications");
  await expect(main.getByRole("heading", { name: "No notifications yet" })).toBeVisible();
  await shoot(page, look, "notifications-empty");
  await tell(page, never);
  await page.goto("/notifications");
  await expect(main.getByRole("status", { name: "Loading" })).toBeVisible();
  await shoot(page, look, "notifications-loading");
  await tell(page, broken);
  await page.goto("/notifications");
  await expect(main.getByRole("alert")).toBeVisible();
  await shoot(page, look, "notifications-error");
}

async function preferences(page: Page, look: Pick<Look, "name">): Promise<void> {
  let answer: Answer = (route) => success(route, { items: PREFERENCES });
  await page.route("**/api/v1/notifications/preferences", (route) => answer(route));
  await page.goto("/settings/notifications");
  await expect(page.getByRole("checkbox")).toHaveCount(2 * PREFERENCES.length);
  await shootWhole(page, look, "preferences");
  answer = never;
  await page.goto("/settings/notifications");
  await expect(page.getByRole("status", { name: "Loading" })).toBeVisible();
  await shoot(page, look, "preferences-loading");
  answer = broken;
  await page.goto("/settings/notifications");
  await expect(page.getByRole("alert")).toBeVisible();
  await shoot(page, look, "preferences-error");
}

async function planned(page: Page, look: Pick<Look, "name">): Promise<void> {
  await page.unroute("**/api/v1/meetings/*");
  await page.route("**/api/v1/meetings/*", (route) => success(route, PLANNED));
  let answer: Answer = (route) =>
    route.request().method() === "GET"
      ? success(route, { items: INVITATIONS, next_cursor: null })
      : failure(route, 422, "request.invalid", [
          { field: "invitees[1]", code: "unknown_user", message: "no" },
        ]);
  await page.route("**/api/v1/meetings/*/invitations*", (route) => answer(route));
  await page.goto("/meetings/abc-defg-hcj");
  const invitations = page.getByRole("region", { name: "Invitations" });
  await expect(invitations.getByRole("listitem")).toHaveCount(INVITATIONS.length);
  await shootWhole(page, look, "details");
  await page
    .getByRole("combobox", { name: "Who is to come" })
    .pressSequentially("grace.hopper, nobody, x@example.org,");
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await shootWhole(page, look, "details-invite-error");
  await page.getByRole("button", { name: "Withdraw the invitation of Grace Hopper" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await shoot(page, look, "details-withdraw");
  answer = (route) => success(route, NONE);
  await page.goto("/meetings/abc-defg-hcj");
  await expect(page.getByText("Nobody is invited yet.")).toBeVisible();
  await shootWhole(page, look, "details-nobody-invited");
  answer = broken;
  await page.goto("/meetings/abc-defg-hcj");
  await expect(page.getByRole("alert")).toBeVisible();
  await shootWhole(page, look, "details-invitations-error");
  answer = never;
  await page.goto("/meetings/abc-defg-hcj/edit");
  await expect(page.getByLabel("Title", { exact: true })).toBeVisible();
  await shootWhole(page, look, "edit-invitations-loading");
}

async function series(page: Page, look: Pick<Look, "name">): Promise<void> {
  await page.unroute("**/api/v1/meetings/*");
  await page.route("**/api/v1/meetings/*", (route) => success(route, SERIES));
  await page.route("**/api/v1/meetings/*/invitations*", (route) => success(route, NONE));
  await page.route("**/api/v1/meetings/*/messages*", (route) => success(route, NONE));
  await page.route("**/api/v1/meetings/*/report*", (route) => success(route, SERIES_REPORT));
  let answer: Answer = (route) => success(route, { items: COMING });
  await page.route("**/api/v1/meetings/occurrences*", (route) => answer(route));
  await page.goto("/meetings/abc-defg-hdj");
  await expect(page.getByTestId("coming-time")).toHaveCount(5);
  await expect(page.getByTestId("attendance").first()).toBeVisible();
  await shootWhole(page, look, "series");
  await page.getByTestId("coming-time").nth(1).getByRole("button").click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await shoot(page, look, "series-skip");
  answer = broken;
  await page.goto("/meetings/abc-defg-hdj");
  await expect(page.getByRole("alert")).toBeVisible();
  await shootWhole(page, look, "series-error");
}

async function held(page: Page, look: Pick<Look, "name">): Promise<void> {
  await page.unroute("**/api/v1/meetings/*");
  await page.route("**/api/v1/meetings/*", (route) => success(route, HELD));
  await page.route("**/api/v1/meetings/*/invitations*", (route) => success(route, NONE));
  await page.route("**/api/v1/meetings/*/messages*", (route) => success(route, NONE));
  await page.route("**/api/v1/meetings/*/participants", (route) => success(route, { items: PEOPLE }));
  let answer: Answer = (route) => success(route, REPORT);
  await page.route("**/api/v1/meetings/*/report", (route) => answer(route));
  await page.goto("/meetings/abc-defg-hfj");
  await expect(page.getByTestId("attendance")).toHaveCount(REPORT.attendances.length);
  await shootWhole(page, look, "report");
  answer = never;
  await page.goto("/meetings/abc-defg-hfj");
  await expect(page.getByRole("status", { name: "Loading" }).first()).toBeVisible();
  await shoot(page, look, "report-loading");
  answer = broken;
  await page.goto("/meetings/abc-defg-hfj");
  await expect(page.getByRole("alert")).toBeVisible();
  await shoot(page, look, "report-error");
  await page.goto("/m/abc-defg-hfj");
  await expect(page.getByRole("heading", { name: "The meeting has ended" })).toBeVisible();
  await shoot(page, look, "after-ended-host");
  await page.unroute("**/api/v1/meetings/*");
  await page.route("**/api/v1/meetings/*", (route) => success(route, { ...HELD, creator_id: GRACE }));
  await page.goto("/meetings/abc-defg-hfj");
  await expect(page.getByText("Grace Hopper hosts it")).toBeVisible();
  await shootWhole(page, look, "details-people");
}

async function failing(page: Page, look: Pick<Look, "name">): Promise<void> {
  await page.unroute("**/api/v1/meetings/*");
  await page.route("**/api/v1/meetings/*", () => undefined);
  await page.goto("/meetings/abc-defg-hcj");
  await expect(page.locator("main").getByRole("status", { name: "Loading" })).toBeVisible();
  await shoot(page, look, "details-loading");
  await page.unroute("**/api/v1/meetings/*");
  await page.route("**/api/v1/meetings/*", (route) => failure(route, 404, "meeting.not_found"));
  await page.goto("/meetings/abc-defg-hcj");
  await expect(page.getByRole("heading", { name: "There is no such meeting" })).toBeVisible();
  await shoot(page, look, "details-not-found");
  await page.unroute("**/api/v1/meetings/*");
  await page.route("**/api/v1/meetings/*", broken);
  await page.goto("/meetings/abc-defg-hcj");
  await expect(page.getByRole("button", { name: "Try again" })).toBeVisible();
  await shoot(page, look, "details-error");
}

async function mailedLink(page: Page, look: Pick<Look, "name">): Promise<void> {
  let answer: Answer = (route) => success(route, INVITED_TO);
  await page.route("**/api/v1/invitations/*", (route) => answer(route));
  for (const [next, name, heading] of [
    [answer, "open", "You are invited"],
    [(route) => success(route, { ...INVITED_TO, status: "accepted" }), "accepted", "You will come"],
    [(route) => success(route, { ...INVITED_TO, status: "declined" }), "declined", "You will not come"],
    [
      (route) => success(route, { ...INVITED_TO, meeting_status: "cancelled" }),
      "cancelled",
      "This meeting is over",
    ],
    [(route) => failure(route, 409, "invitation.revoked"), "revoked", "You are not invited any more"],
    [(route) => failure(route, 404, "invitation.not_found"), "bad", "This link does not work"],
    [broken, "error", "The invitation could not be loaded"],
    [never, "loading", "Invitation"],
  ] as [Answer, string, string][]) {
    answer = next;
    await page.goto("about:blank");
    await page.goto("/invitation#token=secret&answer=accept");
    await expect(page.getByRole("heading", { name: heading, exact: true })).toBeVisible();
    await shoot(page, look, `invitation-${name}`);
  }
}
