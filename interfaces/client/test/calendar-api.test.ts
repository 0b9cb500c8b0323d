// When meetings take place: windows, single times, files for other calendars, reports.
import { expect, it } from "vitest";
import { failure, setUp, signedIn, success } from "./server.ts";

it("times are listed, called off and reported", async () => {
  const { api, requests } = setUp({
    "POST /login": () => signedIn("t1"),
    "GET /meetings/occurrences": () => success({ items: [{ title: "Weekly" }] }),
    "POST /meetings/m/occurrences/skip": () => success({ id: "m" }),
    "GET /meetings/m/report": () => success({ sessions: [] }),
  });
  await api.signIn("ada", "secret");
  const window = { from: "2027-10-01T00:00:00Z", to: "2027-11-01T00:00:00Z" };
  expect(await api.calendar.listOccurrences(window)).toEqual([{ title: "Weekly" }]);
  expect(Object.fromEntries(new URL(requests[1]?.url ?? "").searchParams)).toEqual(window);
  expect(await api.calendar.skipOccurrence("m", "2027-10-25T07:00:00Z")).toEqual({ id: "m" });
  expect(await requests[2]?.json()).toEqual({ start_time: "2027-10-25T07:00:00Z" });
  await api.hosting.readReport("m");
  await api.hosting.readReport("m", "2027-10-25T07:01:00Z");
  expect(requests.slice(3).map(({ url }) => new URL(url).searchParams.get("session"))).toEqual([
    null,
    "2027-10-25T07:01:00Z",
  ]);
});

it("a meeting is a file for other calendars, unless it has no start", async () => {
  const file = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n";
  const { api } = setUp({
    "POST /login": () => signedIn("t1"),
    "GET /meetings/m/calendar.ics": () =>
      new Response(file, { headers: { "Content-Type": "text/calendar; charset=utf-8" } }),
    "GET /meetings/n/calendar.ics": () => failure(409, "meeting.not_planned"),
  });
  await api.signIn("ada", "secret");
  expect(await api.calendar.readCalendarFile("m")).toBe(file);
  await expect(api.calendar.readCalendarFile("n")).rejects.toMatchObject({ type: "meeting.not_planned" });
});
