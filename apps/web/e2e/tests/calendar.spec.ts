// Meetings that recur, on the right days and hours across a clock change; the calendar by keyboard; search.
import { expect, test } from "@playwright/test";
import { expectAccessible } from "../support/axe.ts";
import { Person } from "../support/person.ts";

test("a recurring meeting keeps its hour across a clock change, and one of its times is called off", async ({
  browser,
}) => {
  const ada = await Person.signedIn(browser, "Ada", { timezoneId: "Europe/Berlin" });
  const { page } = ada;
  await page.goto("/meetings/new");
  await page.getByLabel("Title", { exact: true }).fill("Weekly");
  await page.getByLabel("Start", { exact: true }).fill("2030-03-26T09:00");
  await page.getByLabel("End", { exact: true }).fill("2030-03-26T09:30");
  await expect(page.getByRole("combobox", { name: "Time zone" })).toHaveValue(/Europe\/Berlin/);
  await page.getByLabel("Repeats").selectOption("weekly");
  await page.getByText("Tue", { exact: true }).click();
  await page.getByRole("button", { name: "Schedule meeting" }).click();
  await expect(page.getByText("Choose at least one day.")).toBeVisible();
  await page.getByText("Mon", { exact: true }).click();
  await page.getByRole("button", { name: /^Start on Mon/ }).click();
  await expect(page.getByLabel("Start", { exact: true })).toHaveValue("2030-04-01T09:00");
  await page.getByLabel("Start", { exact: true }).fill("2030-03-25T09:00");
  await page.getByLabel("Ends", { exact: true }).selectOption("on");
  await page.getByLabel("Last day").fill("2030-04-08");
  await expect(page.getByText("Every Monday until 8 April 2030")).toBeVisible();
  await expect(page.getByTestId("next-dates")).toContainText(
    "Mon, 25 Mar 2030 · Mon, 1 Apr 2030 · Mon, 8 Apr",
  );
  await expectAccessible(page);
  await page.getByRole("button", { name: "Schedule meeting" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "Weekly" })).toContainText(
    "Every Monday until 8 April 2030",
  );

  // Clocks go forward on 31 March.
  await page.goto("/?view=agenda&date=2030-03-25");
  const day = (date: string) => page.locator(`[data-day="${date}"]`);
  for (const date of ["2030-03-25", "2030-04-01", "2030-04-08"]) {
    await expect(day(date)).toContainText("09:00–09:30");
  }
  await expect(page.getByTestId("occurrence")).toHaveCount(3);
  await expectAccessible(page);
  // Elsewhere clocks have gone forward before.
  const elsewhere = await ada.anotherBrowser(browser, { timezoneId: "America/New_York" });
  await elsewhere.goto("/?view=agenda&date=2030-03-25");
  await expect(elsewhere.locator("[data-day='2030-03-25']")).toContainText("04:00–04:30");
  await expect(elsewhere.locator("[data-day='2030-04-01']")).toContainText("03:00–03:30");

  await day("2030-04-01").getByRole("button", { name: "More for Weekly" }).click();
  await page.getByRole("menuitem", { name: "Call this time off" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Call this time off" }).click();
  await expect(page.getByTestId("occurrence")).toHaveCount(2);
  await expect(day("2030-04-01")).toHaveCount(0);

  await day("2030-03-25").getByRole("button", { name: "More for Weekly" }).click();
  await page.getByRole("menuitem", { name: "Change" }).click();
  await expect(page.getByLabel("Repeats")).toHaveValue("weekly");
  await expect(page.getByLabel("Last day")).toHaveValue("2030-04-08");
  await page.getByLabel("Title", { exact: true }).fill("Weekly round");
  await page.getByRole("button", { name: "Save" }).click();
  // Only the title was changed: what was called off stays so.
  await page.goto("/?view=agenda&date=2030-03-25");
  await expect(page.getByTestId("occurrence")).toHaveCount(2);
  await expect(day("2030-04-08")).toContainText("Weekly round");
  await expect(day("2030-04-01")).toHaveCount(0);
  await elsewhere.context().close();
  await ada.context.close();
});

test("a month is gone through with the keyboard", async ({ browser }) => {
  const ada = await Person.signedIn(browser, "Ada", { timezoneId: "Asia/Shanghai" });
  const { page } = ada;
  await ada.makeMeeting("Far away", { start_time: "2030-05-14T02:00:00Z" });
  await page.goto("/?view=month&date=2030-04-30");
  await page.getByRole("gridcell", { name: /30 April 2030/ }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(page).toHaveURL(/date=2030-05-01/);
  await expect(page.getByRole("heading", { name: "May 2030" })).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  const cell = page.getByRole("gridcell", { name: "Tuesday, 14 May 2030: 1 meeting" });
  await expect(cell).toBeFocused();
  await expectAccessible(page);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/view=agenda&date=2030-05-14/);
  await expect(page.getByTestId("occurrence")).toContainText("Far away");
  await expect(page.getByTestId("occurrence")).toContainText("10:00");
  await page.goto("/?view=week&date=2030-05-14");
  await expect(page.getByRole("gridcell", { name: /14 May 2030/ })).toContainText("Far away");
  await expectAccessible(page);
  await ada.context.close();
});

test("a series shows its coming times on its page, of which one is called off, and reports the times that it was held", async ({
  browser,
}) => {
  const ada = await Person.signedIn(browser, "Ada", { timezoneId: "Europe/Berlin" });
  const { page } = ada;
  const start = new Date(Date.now() + 24 * 3_600_000);
  const code = await ada.makeMeeting("Stand-up", {
    start_time: start.toISOString(),
    end_time: new Date(start.getTime() + 900_000).toISOString(),
    time_zone: "Europe/Berlin",
    recurrence: "FREQ=DAILY;COUNT=7",
  });
  // Held twice, early both times: the planned times are still to come.
  for (let time = 0; time < 2; time += 1) await ada.holdMeeting(code);
  await page.goto(`/meetings/${code}`);
  await expect(page.getByText("Every day, 7 times")).toBeVisible();
  await expect(page.getByTestId("coming-time")).toHaveCount(5);
  await page.getByRole("button", { name: "Show all 7 times" }).click();
  await expect(page.getByTestId("coming-time")).toHaveCount(7);
  const sessions = page.getByRole("combobox", { name: "Time held" });
  await expect(sessions.getByRole("option")).toHaveCount(2);
  await sessions.selectOption({ index: 1 });
  await expect(page.getByTestId("attendance")).toHaveCount(1);
  await expectAccessible(page);
  await page
    .getByTestId("coming-time")
    .nth(1)
    .getByRole("button", { name: /^Call off .*/ })
    .click();
  await page.getByRole("dialog").getByRole("button", { name: "Call this time off" }).click();
  await expect(page.getByTestId("coming-time")).toHaveCount(6);
  await ada.context.close();
});

test("meetings are searched, by words and by part, and the filters stand in the address", async ({
  browser,
}) => {
  const ada = await Person.signedIn(browser, "Ada");
  const { page } = ada;
  await ada.makeMeeting("Budget of the year");
  await ada.makeMeeting("Roadmap", { description: "with the budget in mind" });
  await ada.makeMeeting("Interview");
  await page.goto("/?view=list");
  await expect(page.getByRole("listitem")).toHaveCount(3);
  await page.getByRole("searchbox").fill("budget");
  await expect(page).toHaveURL(/q=budget/);
  await expect(page.getByRole("listitem")).toHaveCount(2);
  await page.getByLabel("My part").selectOption("I am invited");
  await expect(page).toHaveURL(/role=invited/);
  await expect(page.getByRole("heading", { name: "No meetings of this kind" })).toBeVisible();
  await page.getByLabel("My part").selectOption("I host");
  await expect(page.getByRole("listitem")).toHaveCount(2);
  await page.reload();
  await expect(page.getByRole("searchbox")).toHaveValue("budget");
  await expect(page.getByRole("listitem")).toHaveCount(2);
  await ada.context.close();
});
