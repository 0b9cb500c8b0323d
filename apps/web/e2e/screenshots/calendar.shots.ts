// Scheduling with a time zone and a repetition, and the calendar, in their normal, empty, loading and error states, in
// three sizes and two colour schemes.
import { expect, test, type Page, type Route } from "@playwright/test";
import { forEachLook, shoot, type Look } from "../support/looks.ts";
import { OCCURRENCES } from "../support/made-up-calendar.ts";
import { failure, listMeetings, MEETINGS, signedIn, success } from "../support/made-up.ts";
import { baseUrl } from "../support/person.ts";

type Answer = (route: Route) => Promise<void> | undefined;

const never: Answer = () => undefined;
const broken: Answer = (route) => failure(route, 409, "internal");
const CALENDAR = "**/api/v1/meetings/occurrences?*";

forEachLook((look) => {
  test(`calendar ${look.name}`, async ({ browser }) => {
    const on = async (task: (page: Page) => Promise<void>): Promise<void> => {
      const context = await browser.newContext({
        ...look.options,
        baseURL: baseUrl(),
        timezoneId: "Europe/Berlin",
      });
      const page = await context.newPage();
      await signedIn(page);
      await task(page);
      await context.close();
    };
    await on((page) => form(page, look));
    await on((page) => list(page, look));
    await on((page) => calendar(page, look));
  });
});

async function form(page: Page, look: Pick<Look, "name">): Promise<void> {
  await page.goto("/meetings/new");
  await page.getByLabel("Title", { exact: true }).fill("Stand-up");
  await page.getByLabel("Start", { exact: true }).fill("2027-03-22T09:00");
  await page.getByLabel("Repeats").selectOption("weekly");
  await page.getByText("Wed", { exact: true }).click();
  await page.getByLabel("Ends", { exact: true }).selectOption("on");
  await page.getByLabel("Last day").fill("2027-05-31");
  await expect(page.getByText("Every Monday and Wednesday until 31 May 2027")).toBeVisible();
  await page.getByTestId("next-dates").scrollIntoViewIfNeeded();
  await shoot(page, look, "schedule-weekly");
  await page.getByRole("combobox", { name: "Time zone" }).click();
  await page.getByRole("combobox", { name: "Time zone" }).fill("new york");
  await expect(page.getByRole("listbox").getByRole("option")).toHaveCount(1);
  await shoot(page, look, "schedule-zone");
  await page.getByRole("option", { name: /New York/ }).click();
  await page.getByLabel("Repeats").selectOption("weekdays");
  await page.getByLabel("Start", { exact: true }).fill("2027-03-27T09:00");
  await page.getByRole("button", { name: "Schedule meeting" }).click();
  await expect(page.getByText("The start has to be one of the days")).toBeVisible();
  await page.getByTestId("own-time").scrollIntoViewIfNeeded();
  await shoot(page, look, "schedule-mismatch");
  await page.getByLabel("Repeats").selectOption("custom");
  await page.getByLabel("Unit of the interval").selectOption("monthly");
  await page.getByLabel(/on the last Saturday/).check();
  await page.getByLabel("Ends", { exact: true }).selectOption("after");
  await shoot(page, look, "schedule-monthly");
}

async function list(page: Page, look: Pick<Look, "name">): Promise<void> {
  const recurring = {
    ...(MEETINGS[2] as object),
    title: "Stand-up of the whole team",
    time_zone: "Europe/Berlin",
    recurrence: "FREQ=WEEKLY;BYDAY=MO,WE,FR;UNTIL=20301231T225959Z",
    start_time: "2027-03-22T08:00:00Z",
  };
  await listMeetings(page, (route) =>
    success(route, { items: [recurring, ...MEETINGS.slice(0, 2)], next_cursor: null }),
  );
  await page.goto("/?view=list");
  await expect(page.getByText(/Every Monday, Wednesday and Friday/)).toBeVisible();
  await shoot(page, look, "meetings-list");
  await page.getByRole("button", { name: "More for Stand-up of the whole team" }).click();
  await page.getByRole("menuitem", { name: "Call this time off" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await shoot(page, look, "meetings-skip");
  await page.unroute("**/api/v1/meetings?*");
  await listMeetings(page, (route) => success(route, { items: [], next_cursor: null }));
  await page.goto("/?view=list&status=ended");
  await expect(page.getByRole("heading", { name: "No meetings of this kind" })).toBeVisible();
  await shoot(page, look, "meetings-list-empty");
}

async function calendar(page: Page, look: Pick<Look, "name">): Promise<void> {
  const narrow = look.name.startsWith("390");
  for (const [answer, name, seen] of [
    [never, "-loading", page.getByRole("status", { name: "Loading" })],
    [broken, "-error", page.getByRole("alert")],
    [
      (route: Route) => success(route, { items: [] }),
      "-empty",
      page.getByRole("heading", { name: "Nothing planned" }),
    ],
    [
      (route: Route) => success(route, { items: OCCURRENCES.slice(3) }),
      "",
      page.getByRole("heading", { name: /Today/ }),
    ],
  ] as const) {
    await page.unroute(CALENDAR);
    await page.route(CALENDAR, (route) => answer(route));
    await page.goto("/?view=agenda");
    await expect(seen).toBeVisible();
    await shoot(page, look, `meetings-agenda${name}`);
  }
  if (narrow) return;
  await page.unroute(CALENDAR);
  await page.route(CALENDAR, (route) => success(route, { items: OCCURRENCES }));
  for (const view of ["week", "month"]) {
    await page.goto(`/?view=${view}`);
    await expect(page.getByRole("grid")).toBeVisible();
    await page.getByRole("gridcell", { selected: true }).focus();
    await page.keyboard.press("ArrowRight");
    await shoot(page, look, `meetings-${view}`);
  }
  await page.unroute(CALENDAR);
  await page.route(CALENDAR, never);
  await page.goto("/?view=month");
  await expect(page.getByRole("status", { name: "Loading" })).toBeVisible();
  await shoot(page, look, "meetings-month-loading");
}
