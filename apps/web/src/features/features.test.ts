// The small rules behind the pages.
import { ApiError, type LocalMediaState, type Meeting } from "@open-meeting/client";
import { INITIAL_ROOM_STATE, type Participant, type RoomState, type Self } from "@open-meeting/client/room";
import i18next from "i18next";
import { beforeAll, describe, expect, it } from "vitest";
import { errorText, fieldErrors } from "../app/error-text.ts";
import { preferredLanguage, startLanguages } from "../app/i18n.ts";
import { initials, tint } from "../components/person.ts";
import { nextPage, signInPage } from "./auth/next-page.ts";
import { actionsOn } from "./meeting/call/person-actions.ts";
import { tilesOf } from "./meeting/call/tiles.ts";
import { isTyping } from "./meeting/call/use-shortcuts.ts";
import { chosen, labelled } from "./meeting/devices.ts";
import { mayComeBack } from "./meeting/after/AfterCall.tsx";
import { guestPass } from "./meeting/visit-storage.ts";
import { firstVisit, nextVisit, seenBy } from "./meeting/visit.ts";
import {
  checkForm,
  DEFAULT_SETTINGS,
  emptyForm,
  formOf,
  movedEnd,
  toChange,
  toNewMeeting,
} from "./meetings/meeting-form.ts";
import { readFilter } from "./meetings/use-meetings.ts";
import { clock, formatLocale, when } from "./meetings/when.ts";
import { readMeetingCode } from "./shell/meeting-code.ts";

describe("codes of meetings", () => {
  it.each([
    ["abc-defg-hij", "abc-defg-hij"],
    [" ABC DEFG HIJ ", "abc-defg-hij"],
    ["abcdefghij", "abc-defg-hij"],
    ["https://meet.example.org/m/abc-defg-hij?x=1", "abc-defg-hij"],
    ["0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"],
    ["abc-defg", null],
    ["abc1defghij", null],
    ["", null],
  ])("%s is read as %s", (text, code) => {
    expect(readMeetingCode(text)).toBe(code);
  });
});

describe("the page after signing in", () => {
  it.each([
    ["?next=%2Fm%2Fabc-defg-hij", "/m/abc-defg-hij"],
    ["", "/"],
    ["?next=https%3A%2F%2Fevil.example", "/"],
    ["?next=%2F%2Fevil.example", "/"],
    ["?next=%2F%5Cevil.example", "/"],
  ])("of %s is %s", (search, page) => {
    expect(nextPage(search)).toBe(page);
  });

  it("is asked for in the address", () => {
    expect(nextPage(signInPage("/m/abc").replace("/login", ""))).toBe("/m/abc");
  });
});

describe("languages", () => {
  it.each([
    ["zh-CN", ["en-GB"], "zh-CN"],
    [null, ["zh-TW", "en"], "zh-CN"],
    [null, ["fr", "en-GB"], "en"],
    [null, ["fr", "zh"], "zh-CN"],
    ["xx", ["de"], "en"],
  ])("remembered %s and browser %o give %s", (remembered, browser, language) => {
    expect(preferredLanguage(remembered, browser)).toBe(language);
  });
});

describe("errors", () => {
  beforeAll(() => startLanguages());
  const failure = (init: Partial<ConstructorParameters<typeof ApiError>[0]>) =>
    new ApiError({ status: 400, type: "internal", message: "", ...init });

  it("are told by their type, in a general way otherwise", () => {
    const t = i18next.t.bind(i18next);
    expect(errorText(t, failure({ type: "meeting.full" }))).toContain("full");
    expect(errorText(t, failure({ type: "never.heard" }))).toBe(errorText(t, new Error("x")));
  });

  it("stand at their fields", () => {
    const t = i18next.t.bind(i18next);
    const details = [
      { field: "title", code: "required", message: "server text" },
      { field: "end_time", code: "something_new", message: "server text" },
    ];
    expect(fieldErrors(t, failure({ details }))).toEqual({
      title: "This is needed.",
      end_time: "server text",
    });
    expect(Object.keys(fieldErrors(t, failure({ type: "user.email_taken" })))).toEqual(["email"]);
    expect(fieldErrors(t, new Error("x"))).toEqual({});
  });
});

describe("the form for a meeting", () => {
  const form = emptyForm(new Date(2026, 10, 20, 14, 25));

  it("begins at the next full hour and lasts one", () => {
    expect([form.start, form.end]).toEqual(["2026-11-20T15:00", "2026-11-20T16:00"]);
    expect(emptyForm(new Date(2026, 11, 31, 23, 30)).end).toBe("2027-01-01T01:00");
  });

  it("keeps the duration when the start moves", () => {
    expect(movedEnd(form, "2026-11-21T09:15")).toBe("2026-11-21T10:15");
    expect(movedEnd({ ...form, end: "" }, "2026-11-21T09:15")).toBe("");
    expect(movedEnd(form, "")).toBe(form.end);
  });

  it("finds what cannot be sent", () => {
    expect(checkForm(form)).toEqual({ title: "required" });
    expect(checkForm({ ...form, title: "x", end: form.start })).toEqual({ end_time: "end_before_start" });
    expect(checkForm({ ...form, title: "x", start: "", end: "" })).toEqual({});
  });

  it("sends only what was filled in", () => {
    const sparse = { ...form, title: " T ", description: " ", start: "", end: "", maxParticipants: "" };
    expect(toNewMeeting(sparse)).toEqual({ title: "T" });
    const settings = { ...form.settings, lobby: "everyone" as const };
    expect(toNewMeeting({ ...sparse, settings, passcode: "1234" })).toEqual({
      title: "T",
      settings: { lobby: "everyone" },
      passcode: "1234",
    });
    const sent = toNewMeeting({ ...form, title: "T", description: "D" });
    expect(sent).toMatchObject({ description: "D", max_participants: 100, time_zone: form.zone });
    expect(sent).not.toHaveProperty("recurrence");
    const daily = { ...form.repeat, kind: "daily" as const };
    expect(toNewMeeting({ ...form, title: "T", repeat: daily }).recurrence).toBe("FREQ=DAILY");
    expect(toNewMeeting({ ...sparse, repeat: daily })).toEqual({ title: "T" });
    expect(Date.parse(sent.end_time ?? "") - Date.parse(sent.start_time ?? "")).toBe(3_600_000);
  });
});

describe("the form for a meeting that is there", () => {
  const meeting = {
    title: "T",
    description: null,
    start_time: "2026-11-20T12:00:00.000Z",
    end_time: null,
    max_participants: 7,
    settings: DEFAULT_SETTINGS,
    has_passcode: true,
  } as Meeting;

  it("changes nothing when nothing was changed", () => {
    expect(toChange(formOf(meeting), formOf(meeting))).toEqual({
      title: "T",
      description: "",
      max_participants: 7,
      settings: DEFAULT_SETTINGS,
    });
  });

  it("is planned on the clocks of its time zone", () => {
    const planned = {
      ...meeting,
      start_time: "2027-03-29T07:00:00Z",
      time_zone: "Europe/Berlin",
      recurrence: "FREQ=WEEKLY;BYDAY=MO",
    };
    const before = formOf(planned);
    expect(before).toMatchObject({ start: "2027-03-29T09:00", zone: "Europe/Berlin" });
    expect(before.repeat).toMatchObject({ kind: "weekly", days: ["MO"] });
    expect(toChange({ ...before, title: "Other" }, before)).not.toHaveProperty("recurrence");
    const moved = {
      ...before,
      start: "2027-03-30T09:00",
      repeat: { ...before.repeat, days: ["TU"] as const },
    };
    expect(toChange(moved, before)).toMatchObject({
      start_time: "2027-03-30T07:00:00.000Z",
      time_zone: "Europe/Berlin",
      recurrence: "FREQ=WEEKLY;BYDAY=TU",
    });
    const once = { ...before, repeat: { ...before.repeat, kind: "never" as const } };
    expect(toChange(once, before).recurrence).toBeNull();
    expect(checkForm({ ...before, repeat: { ...before.repeat, days: ["TU"] } })).toEqual({
      recurrence: "recurrence",
    });
  });

  it("takes the passcode away, or sets another one", () => {
    const form = { ...formOf(meeting), keepPasscode: false };
    expect(toChange(form, form).passcode).toBe("");
    expect(toChange({ ...form, passcode: "abcd" }, form).passcode).toBe("abcd");
  });
});

describe("times", () => {
  const now = Date.parse("2026-11-20T12:00:00Z");
  it.each([
    ["2026-11-20T12:20:00Z", "in 20 min."],
    ["2026-11-20T09:00:00Z", "3 hr. ago"],
    ["2026-11-20T12:00:10Z", "this minute"],
  ])("%s is %s", (time, text) => {
    expect(when(time, "en", now)).toBe(text);
  });

  it("are exact beyond a day", () => {
    expect(when("2026-11-25T12:00:00Z", "en", now)).toContain("25");
    expect(when("2026-11-25T12:00:00Z", "zh-CN", now)).toContain("11月25日");
  });

  it("look as the browser's owner is used to", () => {
    expect(formatLocale("en", ["de", "en-GB", "en"])).toBe("en-GB");
    expect(formatLocale("zh-CN", ["en-GB"])).toBe("zh-CN");
  });

  it.each([
    [0, "0:00"],
    [65_900, "1:05"],
    [3_723_000, "1:02:03"],
    [-5, "0:00"],
  ])("%i ms are %s", (milliseconds, text) => {
    expect(clock(milliseconds)).toBe(text);
  });
});

describe("people", () => {
  it.each([
    ["Ada Lovelace", "AL"],
    ["ada", "A"],
    ["  Jean  Luc Picard ", "JP"],
    ["王小明", "王"],
    ["😀 Smile", "😀S"],
    ["", ""],
  ])("%s is shown as %s", (name, letters) => {
    expect(initials(name)).toBe(letters);
  });

  it("keep their tint", () => {
    expect(tint("some-id")).toBe(tint("some-id"));
    expect(new Set(["a", "b", "c", "d", "e", "f"].map(tint)).size).toBeGreaterThan(2);
  });
});

describe("devices", () => {
  const devices = [
    { id: "a", label: "" },
    { id: "b", label: "B" },
  ];
  it("show the one in use, else the remembered, else the first", () => {
    const track = { getSettings: () => ({ deviceId: "b" }) } as MediaStreamTrack;
    expect(chosen(devices, "a", track)).toBe("b");
    expect(chosen(devices, "b", null)).toBe("b");
    expect(chosen(devices, "gone", null)).toBe("a");
    expect(chosen([], "gone", null)).toBeNull();
  });

  it("have a name each", () => {
    expect(labelled(devices, "Camera").map((device) => device.label)).toEqual(["Camera 1", "B"]);
  });
});

describe("a visit", () => {
  const facts = { duration: 1000, people: 2 };
  it("goes from the door to the call and out", () => {
    let visit = firstVisit(null, "Ada");
    expect(visit.phase).toBe("prejoin");
    expect(nextVisit(visit, { type: "closed", reason: { kind: "left" }, facts })).toBe(visit);
    visit = nextVisit(visit, { type: "join", displayName: "A" });
    expect(visit).toEqual({ phase: "call", displayName: "A", number: 1 });
    visit = nextVisit(visit, { type: "closed", reason: { kind: "left" }, facts });
    expect(visit).toMatchObject({ phase: "after", displayName: "A", facts });
    expect(nextVisit(visit, { type: "join", displayName: "A" }).number).toBe(2);
  });

  it("goes back to the door when the passcode is missing or wrong, and keeps a good one for the next time", () => {
    const joined = nextVisit(firstVisit(null, ""), { type: "join", displayName: "G", passcode: "1234" });
    const refused = (code: string) =>
      nextVisit(joined, { type: "closed", reason: { kind: "refused", code, message: "" }, facts });
    expect(refused("meeting.passcode_wrong")).toEqual({
      phase: "prejoin",
      displayName: "G",
      number: 1,
      problem: "meeting.passcode_wrong",
    });
    expect(refused("meeting.locked")).toMatchObject({ phase: "after", passcode: "1234" });
  });

  it("is no use any more after an end or a ban, but after being sent out or away", () => {
    const kicked = (reason: string) => mayComeBack({ kind: "kicked", reason });
    expect([kicked("kicked"), kicked("banned"), kicked("signed-out")]).toEqual([true, false, false]);
    expect(mayComeBack({ kind: "denied" })).toBe(true);
    expect(mayComeBack({ kind: "ended", reason: "" })).toBe(false);
    expect(mayComeBack({ kind: "refused", code: "meeting.banned", message: "" })).toBe(false);
  });

  it("of one's own meeting passes every door", () => {
    const meeting = {
      creator_id: "me",
      has_passcode: true,
      locked: true,
      settings: { lobby: "everyone", guests_allowed: true },
    } as Meeting;
    expect(seenBy("me", meeting)).toMatchObject({ passcode_required: false, locked: false, lobby: "off" });
    expect(seenBy("x", meeting)).toMatchObject({ passcode_required: true, locked: true, lobby: "everyone" });
  });

  it("keeps the pass of a guest for this tab", () => {
    expect(guestPass("a").load()).toBeNull();
    guestPass("a").save("pass");
    expect([guestPass("a").load(), guestPass("b").load()]).toEqual(["pass", null]);
    sessionStorage.clear();
  });

  it("goes on in the call after a reload", () => {
    expect(firstVisit("Ada", "x")).toMatchObject({ phase: "call", displayName: "Ada" });
  });
});

describe("tiles", () => {
  const off = { on: false, starting: false, track: null, problem: null };
  const media = {
    camera: off,
    microphone: { ...off, on: true },
    screen: { video: null, audio: null, problem: null },
  } as unknown as LocalMediaState;
  const track = {} as MediaStreamTrack;
  const part = (source: "camera" | "microphone" | "screen", paused = false) => ({
    producerId: source,
    kind: source === "microphone" ? ("audio" as const) : ("video" as const),
    source,
    paused,
    track,
  });
  const ada: Participant = {
    userId: "ada",
    displayName: "Ada",
    role: "host",
    joinedAt: "",
    handRaisedAt: null,
    media: { camera: part("camera"), microphone: part("microphone"), screen: part("screen") },
    quality: "good",
  };
  const room: RoomState = { ...INITIAL_ROOM_STATE, participants: [ada], activeSpeaker: "ada" };

  it("show who speaks, and shared screens of their own", () => {
    const { self, others, screens } = tilesOf(room, media, "Me");
    expect(others[0]).toMatchObject({ name: "Ada", track, muted: false, speaking: true });
    expect(screens.map((tile) => tile.key)).toEqual(["ada-screen"]);
    expect(self).toMatchObject({ own: true, name: "Me", track: null, muted: false, speaking: false });
  });

  it("show muted people as muted, whoever was loud before", () => {
    const muted = { ...ada, media: { microphone: part("microphone", true) } };
    const { others } = tilesOf({ ...room, participants: [muted] }, media, "Me");
    expect(others[0]).toMatchObject({ muted: true, speaking: false, track: null });
  });

  it("keep my own screen off the stage", () => {
    const sharing = { ...media, screen: { video: track, audio: null, problem: null } };
    const { screens, ownScreen } = tilesOf(room, sharing, "Me");
    expect(screens.map((tile) => tile.key)).toEqual(["ada-screen"]);
    expect(ownScreen).toMatchObject({ key: "self-screen", own: true, track });
  });
});

describe("hands and spotlight", () => {
  const off = { on: false, starting: false, track: null, problem: null };
  const media = {
    camera: off,
    microphone: off,
    screen: { video: null, audio: null, problem: null },
  } as unknown as LocalMediaState;
  const person = (userId: string, handRaisedAt: string | null): Participant => ({
    userId,
    displayName: userId,
    role: "participant",
    joinedAt: "",
    handRaisedAt,
    media: {},
    quality: "good",
  });

  it("stand on the tiles", () => {
    const room: RoomState = {
      ...INITIAL_ROOM_STATE,
      participants: [person("a", "t2"), person("b", null), person("c", "t1")],
      spotlight: "b",
    };
    const { others, spotlit } = tilesOf(room, media, "Me");
    expect(others.map((tile) => tile.hand)).toEqual([2, null, 1]);
    expect(spotlit).toBe(others[1]);
    expect(tilesOf({ ...room, spotlight: "gone" }, media, "Me").spotlit).toBeNull();
  });
});

describe("what may be done to somebody", () => {
  const self = (role: Self["role"]): Self => ({
    userId: "me",
    role,
    grants: {} as Self["grants"],
    displayName: null,
    handRaisedAt: null,
    askedToUnmute: false,
  });
  const person = (role: Self["role"], change: object = {}) => ({
    own: false,
    userId: "x",
    role,
    muted: false,
    hand: null,
    ...change,
  });

  it("is nothing by participants, but for themselves", () => {
    expect(actionsOn(person("guest"), self("participant"), null)).toEqual([]);
    const me = person("participant", { own: true, hand: 1 });
    expect(actionsOn(me, self("participant"), null)).toEqual(["lower-hand", "rename"]);
  });

  it("depends on rank", () => {
    expect(actionsOn(person("co-host"), self("co-host"), null)).toEqual(["spotlight"]);
    expect(actionsOn(person("guest", { muted: true }), self("co-host"), "x")).toEqual([
      "ask-to-unmute",
      "end-spotlight",
      "rename",
      "remove",
      "ban",
    ]);
    expect(actionsOn(person("co-host"), self("host"), null)).toEqual([
      "mute",
      "spotlight",
      "rename",
      "make-host",
      "make-participant",
      "remove",
      "ban",
    ]);
    expect(actionsOn(person("guest"), self("host"), null)).not.toContain("make-host");
  });
});

it("leaves keys alone where people write", () => {
  expect(isTyping(document.createElement("textarea"))).toBe(true);
  expect(isTyping(document.createElement("button"))).toBe(false);
  expect(isTyping(null)).toBe(false);
});

it("reads filters from addresses", () => {
  expect([readFilter("live"), readFilter("junk"), readFilter(null)]).toEqual(["live", "all", "all"]);
});
