// Made-up answers of the server, so that every state of a page can be had at will. Only for screenshots.
import type { Page, Route, WebSocketRoute } from "@playwright/test";

/** Who is signed in. */
export const USER = {
  id: "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
  username: "ada",
  email: "ada@example.org",
  nickname: "Ada Lovelace",
  avatar_url: null,
  role: "user",
  status: "active",
  email_verified: true,
  language: "en",
  created_at: "2026-01-01T00:00:00Z",
};

const minutes = (offset: number): string => new Date(Date.now() + offset * 60_000).toISOString();

/** A meeting, with what is to be different. */
export function meeting(number: number, title: string, change: object): object {
  return {
    id: `0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a${String(number).padStart(2, "0")}`,
    code: `abc-defg-h${String.fromCharCode(97 + number)}j`,
    title,
    description: null,
    creator_id: USER.id,
    status: "scheduled",
    start_time: null,
    end_time: null,
    time_zone: null,
    recurrence: null,
    max_participants: 100,
    settings: {
      lobby: "off",
      guests_allowed: false,
      mute_on_entry: false,
      share_screen: true,
      chat: true,
      unmute: true,
      record: false,
      host_leaves: "hand-over",
    },
    has_passcode: false,
    locked: false,
    created_at: minutes(-60),
    updated_at: minutes(-60),
    started_at: null,
    ended_at: null,
    ...change,
  };
}

/** Meetings of every kind. */
export const MEETINGS = [
  meeting(1, "Stand-up", { status: "live", started_at: minutes(-12) }),
  meeting(2, "Design review of the new recording pipeline with everybody from three time zones", {
    start_time: minutes(20),
  }),
  meeting(3, "Interview", { start_time: minutes(60 * 26) }),
  meeting(4, "Meeting of Ada Lovelace", {}),
  meeting(5, "Retrospective", { status: "ended", ended_at: minutes(-60 * 5) }),
  meeting(6, "Quarterly numbers", { status: "ended", ended_at: minutes(-60 * 24 * 9) }),
];

/** Answers a REST call. */
export function success(route: Route, data: unknown, status = 200): Promise<void> {
  return route.fulfill({ status, json: { code: status, message: "success", data, timestamp: 0 } });
}

/** Refuses a REST call. */
export function failure(route: Route, status: number, type: string, details: object[] = []): Promise<void> {
  return route.fulfill({
    status,
    headers: { "x-request-id": "019a9d2c-7f00-7c11-9d3c-5e0f2b7a1c44" },
    json: { code: status, message: type, error: { type, details }, timestamp: 0 },
  });
}

/** The page is opened by somebody who is signed in. */
export async function signedIn(page: Page, user: object = USER): Promise<void> {
  await page.addInitScript(() => localStorage.setItem("open-meeting.session", "1"));
  await page.route("**/api/v1/refresh-token", (route) =>
    success(route, { csrf_token: "x", token_type: "Bearer", expires_in: 900, user }),
  );
  await page.route("**/api/v1/meetings/*", (route) => success(route, MEETINGS[0]));
  // The bell: nothing is new, and nothing comes.
  await page.route("**/api/v1/notifications?*", (route) =>
    success(route, { items: [], next_cursor: null, unread_count: 0 }),
  );
  await page.route("**/api/v1/notifications/stream", () => undefined);
}

/** The first page of the list of meetings. */
export function listMeetings(
  page: Page,
  answer: (route: Route) => Promise<void> | undefined,
): Promise<unknown> {
  return page.route("**/api/v1/meetings?*", (route) => answer(route));
}

const NAMES = [
  "Grace Hopper",
  "Alan Turing",
  "王小明",
  "Katherine Johnson",
  "Edsger Dijkstra",
  "Barbara Liskov with a very long name that does not fit",
  "Tim",
  "Radia Perlman",
];

/** A room full of people without cameras. What it returns lets the test play the server. */
export async function roomOf(
  page: Page,
  others: number,
  /** What was written before; nobody answers when it is left out. */
  history?: { messages: object[]; before: string | null },
): Promise<{ current: () => WebSocketRoute | null }> {
  await page.route("**/api/v1/meetings/*/join", (route) =>
    success(route, {
      room_token: "token",
      signaling_url: "/ws/signaling",
      room_id: "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a01",
      participant: { user_id: USER.id, role: "host", display_name: USER.nickname, joined_at: minutes(0) },
      waiting: null,
      guest_pass: null,
      mute_on_entry: false,
    }),
  );
  await page.route("**/api/v1/meetings/*/lobby", (route) => success(route, { items: [] }));
  let current: WebSocketRoute | null = null;
  const people = Array.from({ length: others }, (_, index) => ({
    user_id: `person-${index}`,
    user_info: {
      display_name: NAMES[index % NAMES.length],
      role: index === 2 ? "co-host" : "participant",
    },
    joined_at: minutes(index - 60),
    hand_raised_at: null,
    producers:
      index % 3 === 1
        ? []
        : [{ producer_id: `mic-${index}`, kind: "audio", source: "microphone", paused: false }],
  }));
  await page.routeWebSocket(/\/ws\/signaling/, (socket) => {
    current = socket;
    socket.onMessage((text) => {
      const message = JSON.parse(String(text)) as { type: string; id: number };
      if (message.type === "join") {
        socket.send(
          JSON.stringify({
            type: "welcome",
            id: message.id,
            session_id: "s",
            seq: 0,
            user_id: USER.id,
            role: "host",
            grants: {
              can_publish: true,
              can_publish_sources: ["camera", "microphone", "screen", "screen-audio"],
              can_subscribe: true,
              can_chat: true,
              can_unmute: true,
              can_record: true,
              hidden: false,
            },
            waiting: false,
            room: { id: "r", locked: false, opened_at: minutes(0), spotlight: null },
            participants: people,
            router_rtp_capabilities: { codecs: [], headerExtensions: [] },
            ice_servers: [],
            heartbeat: { interval_ms: 15_000, timeout_ms: 45_000 },
            resumed: false,
          }),
        );
        socket.send(JSON.stringify({ type: "active-speaker", seq: 1, user_id: "person-0" }));
      }
      if (message.type === "chat-history" && history) {
        socket.send(JSON.stringify({ type: "ok", id: message.id, ...history }));
      }
      // Transports are never made: this room has no media.
    });
  });
  return { current: () => current };
}

/** Lines of a chat, as events after the first one. */
export function chatLines(first: number): string[] {
  const lines = [
    ["person-0", "Shall we start with the numbers?"],
    ["person-2", "好的，我先共享屏幕。"],
    [
      "person-2",
      "The link is https://example.org/a/very/long/address/that/has/to/be/broken/somewhere/in/the/middle",
    ],
    [USER.id, "Thanks, I see it."],
  ];
  return lines.map(([from, text], index) =>
    JSON.stringify({
      type: "chat",
      seq: first + index,
      message_id: `message-${index}`,
      from,
      user_info: {
        display_name: from === USER.id ? USER.nickname : NAMES[Number(from?.split("-")[1])],
        role: "participant",
      },
      text,
      at: minutes(index - 5),
    }),
  );
}
