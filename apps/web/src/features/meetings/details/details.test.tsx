// The page about a meeting: what of it whom concerns, and the report.
import type { Meeting, MeetingParticipant, MeetingReport, Occurrence } from "@open-meeting/client";
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { MemoryRouter, Route, Routes } from "react-router";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { api } from "../../../app/api.ts";
import * as files from "../../../app/save-file.ts";
import { ANN, refusal, renderBare, startPage } from "../../../test/render.tsx";
import { DEFAULT_SETTINGS } from "../meeting-form.ts";
import { MeetingDetailsPage } from "./MeetingDetailsPage.tsx";
import { reportCsv, segmentsOf, spanOf } from "./report.ts";

beforeAll(startPage);
beforeEach(() => {
  vi.restoreAllMocks();
  vi.spyOn(api.invitations, "readOwn").mockRejectedValue(refusal(404, "invitation.not_found"));
  vi.spyOn(api.invitations, "list").mockResolvedValue({ items: [], next_cursor: null });
});

const MEETING = {
  id: "m",
  code: "abc-defg-hij",
  title: "Planning",
  description: "What we do\nnext",
  creator_id: ANN.id,
  status: "scheduled",
  start_time: "2026-12-01T10:00:00Z",
  end_time: "2026-12-01T11:00:00Z",
  started_at: null,
  ended_at: null,
  created_at: "2026-11-20T10:00:00Z",
  updated_at: "2026-11-20T10:00:00Z",
  max_participants: 25,
  settings: { ...DEFAULT_SETTINGS, lobby: "guests", record: false },
  has_passcode: true,
  locked: false,
} as Meeting;
const ENDED: Meeting = {
  ...MEETING,
  status: "ended",
  started_at: "2026-12-01T10:00:00Z",
  ended_at: "2026-12-01T10:40:00Z",
};

function person(id: string, change: Partial<MeetingParticipant> = {}): MeetingParticipant {
  return {
    user_id: id,
    display_name: id,
    role: "participant",
    guest: false,
    joined_at: "2026-12-01T10:00:00Z",
    left_at: "2026-12-01T10:40:00Z",
    standing: "welcome",
    ...change,
  };
}

const REPORT: MeetingReport = {
  meeting: ENDED,
  peak_participants: 2,
  sessions: [{ started_at: "2026-12-01T10:00:00Z", ended_at: "2026-12-01T10:40:00Z", peak: 2 }],
  attendances: [
    {
      participant: person(ANN.id, { display_name: "Ann", role: "host" }),
      duration_s: 2_400,
      stays: [{ joined_at: "2026-12-01T10:00:00Z", left_at: "2026-12-01T10:40:00Z" }],
    },
    {
      participant: person("g", { display_name: '=cmd|"x", Gus', guest: true }),
      duration_s: 900,
      stays: [
        { joined_at: "2026-12-01T10:10:00Z", left_at: "2026-12-01T10:20:00Z" },
        { joined_at: "2026-12-01T10:30:00Z", left_at: "2026-12-01T10:35:00Z" },
      ],
    },
  ],
};

describe("the report", () => {
  const now = Date.parse("2026-12-01T12:00:00Z");
  const stays = (index: number) => REPORT.attendances[index]?.stays ?? [];

  it("puts stays on the line of the meeting", () => {
    const span = spanOf(REPORT, now);
    expect(span.to - span.from).toBe(40 * 60_000);
    expect(segmentsOf(stays(0), span, now)).toEqual([{ left: 0, width: 100 }]);
    expect(segmentsOf(stays(1), span, now)).toEqual([
      { left: 25, width: 25 },
      { left: 75, width: 12.5 },
    ]);
  });

  it("goes to now while the meeting goes on, and shows the shortest stay", () => {
    const live = { ...REPORT, meeting: { ...ENDED, status: "live" as const, ended_at: null } };
    const open = [{ joined_at: "2026-12-01T12:00:00Z", left_at: null }];
    const attendance = { participant: person("x"), duration_s: 0, stays: open };
    const span = spanOf({ ...live, attendances: [...live.attendances, attendance] }, now);
    expect(span.to).toBe(now);
    expect(segmentsOf(open, span, now)).toEqual([{ left: 99, width: 1 }]);
  });

  it("bears a meeting in which nobody was", () => {
    const nobody = { ...REPORT, attendances: [], meeting: { ...MEETING } };
    expect(spanOf(nobody, now)).toEqual({ from: now, to: now });
    expect(segmentsOf([], { from: now, to: now }, now)).toEqual([{ left: 0, width: 100 }]);
  });

  it("as a file keeps names as they are, and makes no formula of them", () => {
    const words = {
      columns: ["Name", "Kind", "Role", "First", "Last", "Times", "Seconds"] as const,
      guest: "Guest",
      member: "Member",
      role: (role: string) => role,
    };
    expect(reportCsv(REPORT, words).split("\r\n")).toEqual([
      "Name,Kind,Role,First,Last,Times,Seconds",
      "Ann,Member,host,2026-12-01T10:00:00Z,2026-12-01T10:40:00Z,1,2400",
      `"'=cmd|""x"", Gus",Guest,participant,2026-12-01T10:10:00Z,2026-12-01T10:35:00Z,2,900`,
      "",
    ]);
  });
});

const SERIES: Meeting = { ...MEETING, recurrence: "FREQ=WEEKLY;BYDAY=TU", time_zone: "Europe/Berlin" };

/** Times of the series, and one of another meeting between them. */
function occurrences(count: number): Occurrence[] {
  const one = (n: number, meeting: string): Occurrence => ({
    meeting_id: meeting,
    code: MEETING.code,
    title: MEETING.title,
    start_time: new Date(Date.UTC(2026, 11, 1 + 7 * n, 10)).toISOString(),
    end_time: new Date(Date.UTC(2026, 11, 1 + 7 * n, 11)).toISOString(),
    status: "scheduled",
    recurring: true,
    is_host: true,
  });
  return [one(0, "other"), ...Array.from({ length: count }, (_, n) => one(n, "m"))];
}

describe("the page", () => {
  const open = (meeting: Meeting) => {
    vi.spyOn(api, "readMeeting").mockResolvedValue(meeting);
    api.session.signedIn({ csrfToken: "x", expiresIn: 900, user: ANN });
    renderBare(
      <MemoryRouter initialEntries={[`/meetings/${meeting.code}`]}>
        <Routes>
          <Route path="/meetings/:code" element={<MeetingDetailsPage />} />
        </Routes>
      </MemoryRouter>,
    );
  };

  it("of a planned meeting shows its host what it is and what can be done", async () => {
    const cancel = vi
      .spyOn(api.hosting, "cancelMeeting")
      .mockResolvedValue({ ...MEETING, status: "cancelled" });
    const report = vi.spyOn(api.hosting, "readReport");
    open(MEETING);
    expect(await screen.findByRole("heading", { name: "Planning" })).toBeTruthy();
    expect(screen.getByText("You host this meeting")).toBeTruthy();
    expect(screen.getByText(/What we do/)).toBeTruthy();
    expect(screen.getByText("abc-defg-hij")).toBeTruthy();
    expect(screen.getByRole("link", { name: "Join" }).getAttribute("href")).toBe("/m/abc-defg-hij");
    expect(screen.getByRole("link", { name: "Change" }).getAttribute("href")).toBe(
      "/meetings/abc-defg-hij/edit",
    );
    expect(screen.getByRole("heading", { name: "Invitations" })).toBeTruthy();
    expect(report).not.toHaveBeenCalled();
    const calendar = vi.spyOn(api.calendar, "readCalendarFile").mockResolvedValue("BEGIN:VCALENDAR");
    const save = vi.spyOn(files, "saveFile").mockReturnValue();
    fireEvent.click(screen.getByRole("button", { name: "Save for my calendar" }));
    await waitFor(() =>
      expect(save).toHaveBeenCalledWith("abc-defg-hij.ics", "BEGIN:VCALENDAR", "text/calendar"),
    );
    expect(calendar).toHaveBeenCalledWith("m");
    fireEvent.click(screen.getByRole("button", { name: "Call off" }));
    const dialog = await screen.findByRole("dialog");
    fireEvent.click(within(dialog).getByRole("button", { name: "Call off" }));
    await waitFor(() => expect(cancel).toHaveBeenCalledWith("m"));
    expect(await screen.findByText("Cancelled")).toBeTruthy();
    expect(screen.queryByRole("link", { name: "Join" })).toBeNull();
  });

  it("of one that is over shows its host the report, to be saved", async () => {
    vi.spyOn(api, "listParticipants").mockResolvedValue([]);
    vi.spyOn(api.hosting, "readReport").mockResolvedValue(REPORT);
    const save = vi.spyOn(files, "saveFile").mockReturnValue();
    open(ENDED);
    expect(await screen.findAllByTestId("attendance")).toHaveLength(2);
    expect(screen.getByRole("link", { name: "Schedule next" }).getAttribute("href")).toBe(
      "/meetings/new?like=abc-defg-hij",
    );
    fireEvent.click(screen.getByRole("button", { name: "Save as table" }));
    expect(save.mock.calls[0]?.[0]).toBe("report-abc-defg-hij.csv");
    expect(save.mock.calls[0]?.[1]).toContain("\r\nAnn,With account,Host,");
  });

  it("shows others who was there, and co-hosts the report", async () => {
    const people = vi
      .spyOn(api, "listParticipants")
      .mockResolvedValue([person("h", { display_name: "Hugo", role: "host" }), person(ANN.id)]);
    const report = vi.spyOn(api.hosting, "readReport").mockResolvedValue(REPORT);
    open({ ...ENDED, creator_id: "h" });
    expect(await screen.findByText("Hugo hosts it")).toBeTruthy();
    expect(screen.getByRole("heading", { name: "People" })).toBeTruthy();
    expect(screen.queryByRole("heading", { name: "Invitations" })).toBeNull();
    expect(report).not.toHaveBeenCalled();
    people.mockResolvedValue([person(ANN.id, { role: "co-host" })]);
    document.body.innerHTML = "";
    open({ ...ENDED, creator_id: "h" });
    expect(await screen.findAllByTestId("attendance")).toHaveLength(2);
  });

  it("takes the answer of whoever is invited, once", async () => {
    const own = { id: "i", status: "pending" as const, answer: null, invited_at: "2026-11-20T10:00:00Z" };
    vi.spyOn(api.invitations, "readOwn").mockResolvedValue(own);
    const answer = vi
      .spyOn(api.invitations, "answerOwn")
      .mockResolvedValue({ ...own, status: "accepted", answer: "accept" });
    open({ ...MEETING, creator_id: "h" });
    fireEvent.click(await screen.findByRole("button", { name: "Accept" }));
    expect(await screen.findByRole("heading", { name: "You will come" })).toBeTruthy();
    expect(answer).toHaveBeenCalledWith("abc-defg-hij", "accept");
    expect(screen.queryByRole("button", { name: "Decline" })).toBeNull();
  });

  it("of a series shows its coming times, of which the host calls one off", async () => {
    const list = vi.spyOn(api.calendar, "listOccurrences").mockResolvedValue(occurrences(7));
    vi.spyOn(api.hosting, "readReport").mockResolvedValue({ ...REPORT, sessions: [], attendances: [] });
    const skip = vi.spyOn(api.calendar, "skipOccurrence").mockResolvedValue(SERIES);
    open(SERIES);
    expect(await screen.findAllByTestId("coming-time")).toHaveLength(5);
    expect(screen.getByText("Every Tuesday")).toBeTruthy();
    expect(screen.queryByRole("heading", { name: "Report" })).toBeNull();
    fireEvent.click(screen.getByRole("button", { name: "Show all 7 times" }));
    expect(screen.getAllByTestId("coming-time")).toHaveLength(7);
    const second = screen.getAllByTestId("coming-time")[1] ?? document.body;
    fireEvent.click(within(second).getByRole("button", { name: /^Call off .*/ }));
    const dialog = await screen.findByRole("dialog");
    list.mockResolvedValue(occurrences(6));
    fireEvent.click(within(dialog).getByRole("button", { name: "Call this time off" }));
    await waitFor(() => expect(skip).toHaveBeenCalledWith("m", "2026-12-08T10:00:00.000Z"));
    await waitFor(() => expect(screen.getAllByTestId("coming-time")).toHaveLength(6));
  });

  it("of a series shows others its coming times alone", async () => {
    vi.spyOn(api.calendar, "listOccurrences").mockResolvedValue(occurrences(2));
    open({ ...SERIES, creator_id: "h" });
    expect(await screen.findAllByTestId("coming-time")).toHaveLength(2);
    expect(screen.queryByRole("button", { name: /^Call/ })).toBeNull();
    expect(screen.queryByRole("button", { name: /^Show all/ })).toBeNull();
  });

  it("of a series reports each time that it was held, the latest first", async () => {
    vi.spyOn(api.calendar, "listOccurrences").mockResolvedValue([]);
    const sessions = [
      { started_at: "2026-12-08T10:00:00Z", ended_at: "2026-12-08T10:30:00Z", peak: 3 },
      ...REPORT.sessions,
    ];
    const report = vi.spyOn(api.hosting, "readReport").mockImplementation((_, session) =>
      Promise.resolve({
        ...REPORT,
        sessions,
        attendances:
          session === sessions[0]?.started_at ? REPORT.attendances.slice(0, 1) : REPORT.attendances,
      }),
    );
    open(SERIES);
    const choice = await screen.findByLabelText<HTMLSelectElement>("Time held");
    await waitFor(() => expect(screen.getAllByTestId("attendance")).toHaveLength(1));
    expect(choice.value).toBe("2026-12-08T10:00:00Z");
    expect([...choice.options].map(({ text }) => text.split(" · ")[1])).toEqual([
      "3 people at once",
      "2 people at once",
    ]);
    fireEvent.change(choice, { target: { value: "2026-12-01T10:00:00Z" } });
    await waitFor(() => expect(screen.getAllByTestId("attendance")).toHaveLength(2));
    expect(report).toHaveBeenCalledWith("m", "2026-12-01T10:00:00Z");
    expect(screen.getAllByText("40:00")).toHaveLength(2);
  });

  it("says that there is no such meeting", async () => {
    vi.spyOn(api, "readMeeting").mockRejectedValue(refusal(404, "meeting.not_found"));
    renderBare(
      <MemoryRouter initialEntries={["/meetings/none"]}>
        <Routes>
          <Route path="/meetings/:code" element={<MeetingDetailsPage />} />
        </Routes>
      </MemoryRouter>,
    );
    expect(await screen.findByRole("heading", { name: "There is no such meeting" })).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Try again" })).toBeNull();
  });
});
