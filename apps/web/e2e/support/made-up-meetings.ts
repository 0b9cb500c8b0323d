// Made-up answers about notifications, invitations and reports. Only for screenshots.
import { meeting, USER } from "./made-up.ts";

const minutes = (offset: number): string => new Date(Date.now() + offset * 60_000).toISOString();
const id = (number: number): string => `0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4c${String(number).padStart(2, "0")}`;
const DAY = 60 * 24;

function notification(number: number, kind: string, data: object, age: number, read = false): object {
  return {
    id: id(number),
    kind,
    data: {
      meeting_id: id(90),
      meeting_code: "abc-defg-hbj",
      title: "Weekly planning",
      starts_at: minutes(45),
      ...data,
    },
    created_at: minutes(-age),
    read_at: read ? minutes(-age + 1) : null,
  };
}

/** Notifications of every kind. */
export const NOTIFICATIONS = [
  notification(1, "meeting-reminder", { starts_at: minutes(9) }, 1),
  notification(2, "meeting-invitation", { host_name: "Grace Hopper" }, 12),
  notification(3, "invitation-answered", { who: "wang.xiaoming@example.org", answer: "accepted" }, 55),
  notification(4, "meeting-changed", { title: "Design review", starts_at: minutes(DAY * 3) }, 60 * 5, true),
  notification(
    5,
    "meeting-cancelled",
    { title: "Interview with somebody whose name makes the title of this meeting a good deal too long" },
    DAY,
    true,
  ),
  notification(6, "invitation-answered", { who: "Tim", answer: "declined" }, DAY * 2, true),
  notification(
    7,
    "meeting-invitation",
    { host_name: "王小明", title: "季度总结", starts_at: null, meeting_code: "abc-defg-hzj" },
    DAY * 4,
    true,
  ),
];

/** How somebody wants to be told. */
export const PREFERENCES = [
  { kind: "meeting-invitation", in_app: true, email: true },
  { kind: "meeting-reminder", in_app: true, email: false },
  { kind: "meeting-cancelled", in_app: true, email: true },
  { kind: "meeting-changed", in_app: true, email: true },
  { kind: "invitation-answered", in_app: true, email: false },
];

/** A meeting that is planned. */
export const PLANNED = meeting(2, "Design review of the new recording pipeline", {
  code: "abc-defg-hcj",
  description:
    "Where the files go, who may see them, and how long they stay.\nPlease read https://example.org/design/recording before.",
  start_time: minutes(DAY * 2),
  end_time: minutes(DAY * 2 + 60),
  settings: {
    lobby: "guests",
    guests_allowed: true,
    mute_on_entry: true,
    share_screen: true,
    chat: true,
    unmute: true,
    record: false,
    host_leaves: "hand-over",
  },
  has_passcode: true,
});

/** A meeting that recurs. */
export const SERIES = meeting(3, "Weekly planning", {
  code: "abc-defg-hdj",
  start_time: minutes(DAY),
  end_time: minutes(DAY + 45),
  time_zone: "Europe/Berlin",
  recurrence: "FREQ=DAILY;INTERVAL=7",
});

/** Its times to come. */
export const COMING = Array.from({ length: 8 }, (_, week) => ({
  meeting_id: (SERIES as { id: string }).id,
  code: "abc-defg-hdj",
  title: "Weekly planning",
  status: "scheduled",
  start_time: minutes(DAY * (1 + 7 * week)),
  end_time: minutes(DAY * (1 + 7 * week) + 45),
  recurring: true,
  is_host: true,
}));

/** A meeting that is over. */
export const HELD = meeting(5, "Retrospective", {
  code: "abc-defg-hfj",
  status: "ended",
  start_time: minutes(-60 * 5),
  end_time: minutes(-60 * 4),
  started_at: minutes(-60 * 5 - 2),
  ended_at: minutes(-60 * 4),
});

function invitation(number: number, change: object): object {
  return {
    id: id(20 + number),
    email: null,
    username: null,
    name: null,
    status: "pending",
    created_at: minutes(-90),
    answered_at: null,
    ...change,
  };
}

/** Invitations in every state. */
export const INVITATIONS = [
  invitation(1, {
    username: "grace.hopper",
    name: "Grace Hopper",
    status: "accepted",
    answered_at: minutes(-30),
  }),
  invitation(2, { email: "somebody.with.a.very.long.address@department.example.org" }),
  invitation(3, {
    email: "wang.xiaoming@example.org",
    name: "王小明",
    status: "declined",
    answered_at: minutes(-8),
  }),
  invitation(4, { email: "former@example.org", status: "revoked" }),
];

/** What a mailed link invites to. */
export const INVITED_TO = {
  title: "Design review of the new recording pipeline",
  description: "Where the files go, who may see them, and how long they stay.",
  host_name: "Ada Lovelace",
  start_time: "2026-12-04T14:00:00Z",
  end_time: "2026-12-04T15:00:00Z",
  meeting_code: "abc-defg-hcj",
  meeting_status: "scheduled",
  status: "pending",
};

function attendance(number: number, name: string, stays: [number, number][], change: object = {}): object {
  const times = stays.map(([from, to]) => ({
    joined_at: minutes(-60 * 5 - 2 + from),
    left_at: minutes(-60 * 5 - 2 + to),
  }));
  return {
    participant: {
      user_id: number === 0 ? USER.id : id(40 + number),
      display_name: name,
      role: "participant",
      guest: false,
      joined_at: times.at(-1)?.joined_at,
      left_at: times.at(-1)?.left_at,
      standing: "welcome",
      ...change,
    },
    stays: times,
    duration_s: stays.reduce((sum, [from, to]) => sum + (to - from) * 60, 0),
  };
}

const ATTENDANCES = [
  attendance(0, "Ada Lovelace", [[0, 62]], { role: "host" }),
  attendance(1, "Grace Hopper", [[2, 61]], { role: "co-host" }),
  attendance(
    2,
    "王小明",
    [
      [3, 20],
      [24, 55],
    ],
    { guest: true },
  ),
  attendance(3, "Barbara Liskov with a very long name that does not fit into one line", [
    [1, 4],
    [6, 9],
    [15, 16],
    [30, 31],
    [50, 62],
  ]),
  attendance(4, "Tim", [[45, 46]]),
];

/** Somebody who could host it as well. */
export const GRACE = id(41);

/** Who was in the meeting that is over. */
export const REPORT = { meeting: HELD, peak_participants: 4, attendances: ATTENDANCES };

/** How the times of a series went, and who was there the last time. */
export const SERIES_REPORT = {
  ...REPORT,
  meeting: SERIES,
  sessions: [1, 2, 3].map((weeks) => ({
    started_at: minutes(weeks === 1 ? -60 * 5 - 2 : -DAY * 7 * weeks),
    ended_at: minutes(weeks === 1 ? -60 * 4 : -DAY * 7 * weeks + 40),
    peak: 5 - weeks,
  })),
};

/** My own invitation. */
export const OWN = { id: id(30), status: "pending", answer: null, invited_at: minutes(-12) };

/** The same, as somebody sees it who does not host it. */
export const PEOPLE = ATTENDANCES.map((each) => {
  const { participant } = each as { participant: { user_id: string } };
  return participant.user_id === USER.id ? { ...participant, role: "participant" } : { ...participant };
}).map((participant) => (participant.user_id === GRACE ? { ...participant, role: "host" } : participant));

const ADA = { user_id: USER.id, display_name: "Ada Lovelace" };
const WANG = { user_id: id(42), display_name: "王小明" };

function message(
  number: number,
  minute: number,
  sender: object,
  text: string | null,
  recipient?: object,
): object {
  return {
    id: id(60 + number),
    sender,
    recipient: recipient ?? null,
    text,
    sent_at: minutes(minute),
    deleted_at: text === null ? minutes(minute + 1) : null,
    deleted_by: text === null ? USER.id : null,
  };
}

/** What was written in the meeting that is over, newest first. */
export const MESSAGES = [
  message(
    1,
    -DAY - 300,
    { user_id: GRACE, display_name: "Grace Hopper" },
    "Notes of last time: https://example.org/notes",
  ),
  message(2, -299, WANG, "好的，我先共享屏幕。"),
  message(
    3,
    -298,
    ADA,
    "Could you say that once more after the meeting? I did not catch the last figure.",
    WANG,
  ),
  message(4, -297, WANG, "当然可以。", ADA),
  message(5, -296, { user_id: id(44), display_name: "Tim" }, null),
  message(
    6,
    -295,
    { user_id: id(43), display_name: "Barbara Liskov with a very long name that does not fit into one line" },
    "The link is https://example.org/a/very/long/address/that/has/to/be/broken/somewhere/in/the/middle/of/it\n\nAnd a second paragraph.",
  ),
  message(7, -294, ADA, "Thanks, I see it."),
].reverse();
