// Made-up answers about accounts, for settings and administration. Only for screenshots.
import { USER } from "./made-up.ts";

const minutes = (offset: number): string => new Date(Date.now() + offset * 60_000).toISOString();
const DAY = 60 * 24;
const id = (number: number): string => `0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4b${String(number).padStart(2, "0")}`;

/** Somebody who looks after the others. */
export const ADMIN = { ...USER, role: "admin" };

const LINUX = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0";
const PHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1";

function session(number: number, change: object): object {
  return {
    id: id(number),
    current: false,
    user_agent: LINUX,
    address: "192.0.2.17",
    created_at: minutes(-DAY * 9),
    last_used_at: minutes(-3),
    expires_at: minutes(DAY * 21),
    ...change,
  };
}

/** Devices of every kind. */
export const SESSIONS = [
  session(1, { current: true }),
  session(2, { user_agent: PHONE, address: "2001:db8:85a3::8a2e:370:7334", last_used_at: minutes(-140) }),
  session(3, { user_agent: "curl/8.5.0", last_used_at: minutes(-DAY * 3) }),
  session(4, { user_agent: null, address: null, last_used_at: minutes(-DAY * 6) }),
];

function account(number: number, username: string, nickname: string, change: object): object {
  return {
    ...USER,
    id: id(number),
    username,
    nickname,
    email: `${username}@example.org`,
    created_at: minutes(-DAY * number * 7),
    ban: null,
    closing: null,
    last_seen_at: minutes(-number * 40),
    live_sessions: number % 3,
    ...change,
  };
}

/** Somebody who is banned. */
export const BANNED = account(
  12,
  "mallory",
  "Mallory with a very long name that does not fit into one line",
  {
    status: "banned",
    ban: {
      at: minutes(-90),
      until: minutes(DAY * 12),
      reason: "Disturbed three meetings and sent advertising to everybody.",
    },
    email_verified: false,
    live_sessions: 0,
  },
);

/** Accounts of every kind. */
export const ACCOUNTS = [
  account(10, "grace.hopper", "Grace Hopper", { role: "admin" }),
  account(11, "wang.xiaoming", "王小明", { language: "zh-CN" }),
  BANNED,
  account(13, "tim", "Tim", {
    status: "closing",
    closing: { at: minutes(-DAY), purge_at: minutes(DAY * 13) },
    live_sessions: 0,
  }),
  account(14, "deleted-0190a1b2", "Deleted", { status: "deleted", last_seen_at: null, live_sessions: 0 }),
];

function entry(number: number, action: string, details: object, by: "owner" | "admin" | null): object {
  const subject = { id: id(12), username: "mallory" };
  return {
    id: id(40 + number),
    at: minutes(-number * number * 31),
    action,
    actor: by === "admin" ? { id: USER.id, username: "ada" } : by === "owner" ? subject : null,
    subject,
    details,
  };
}

/** Entries of the audit log of every kind. */
export const ENTRIES = [
  entry(1, "user.banned", { reason: "Disturbed three meetings.", until: minutes(DAY * 12) }, "admin"),
  entry(2, "session.ended", { session_id: id(3), reason: "banned" }, null),
  entry(3, "session.started", { session_id: id(3) }, "owner"),
  entry(4, "user.password-changed", { means: "mailed-link" }, "owner"),
  entry(5, "user.password-reset-requested", {}, null),
  entry(6, "user.role-changed", { from: "admin", to: "user" }, "admin"),
  entry(7, "session.ended", { session_id: id(2), reason: "token-reused" }, null),
  entry(8, "user.email-verified", {}, "owner"),
  entry(9, "user.registered", { username: "mallory" }, "owner"),
];
