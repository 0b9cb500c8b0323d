// Made-up answers about API keys and webhooks. Only for screenshots.
import { USER } from "./made-up.ts";

const minutes = (offset: number): string => new Date(Date.now() + offset * 60_000).toISOString();
const DAY = 60 * 24;
const id = (number: number): string => `0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f5c${String(number).padStart(2, "0")}`;

function apiKey(number: number, name: string, scopes: string[], change: object): object {
  return {
    id: id(number),
    name,
    prefix: `om_${"k7f2m9x4qa".slice(number % 3)}${"abc".slice(0, number % 3)}`,
    scopes,
    created_by: USER.id,
    created_at: minutes(-DAY * number * 9),
    expires_at: null,
    last_used_at: null,
    revoked_at: null,
    revoked_by: null,
    ...change,
  };
}

/** Keys of every kind. */
export const API_KEYS = [
  apiKey(1, "Shop, production", ["rooms:read", "rooms:write", "tokens:issue"], {
    last_used_at: minutes(-4),
    expires_at: minutes(DAY * 200),
  }),
  apiKey(2, "Dashboards of the operations team with a long name that does not fit", ["stats:read"], {
    last_used_at: minutes(-DAY * 2),
  }),
  apiKey(3, "客服系统", ["rooms:read", "rooms:write", "tokens:issue", "webhooks:manage", "stats:read"], {
    expires_at: minutes(60 * 5),
  }),
  apiKey(4, "Old shop", ["rooms:write"], { revoked_at: minutes(-DAY * 3), revoked_by: USER.id }),
  apiKey(5, "Trial", ["tokens:issue"], { expires_at: minutes(-DAY), last_used_at: minutes(-DAY * 2) }),
];

function webhook(number: number, url: string, events: string[], change: object): object {
  return {
    id: id(20 + number),
    api_key_id: null,
    url,
    events,
    enabled: true,
    disabled_at: null,
    disabled_reason: null,
    created_at: minutes(-DAY * number * 5),
    updated_at: minutes(-DAY),
    ...change,
  };
}

/** Webhooks of every kind. */
export const WEBHOOKS = [
  webhook(1, "https://shop.example.com/open-meeting", ["*"], {}),
  webhook(
    2,
    "https://hooks.example.org/services/T024BE7LD/B0GHJ7TR/with/a/very/long/path/that/has/to/be/broken",
    ["meeting.started", "meeting.ended", "meeting.participant_joined", "meeting.participant_left"],
    { api_key_id: id(1) },
  ),
  webhook(3, "https://gone.example.net/", ["meeting.ended"], {
    enabled: false,
    disabled_at: minutes(-90),
    disabled_reason: "gone",
  }),
];

function delivery(number: number, type: string, status: string, change: object): object {
  return {
    id: id(40 + number),
    webhook_id: id(21),
    event_id: id(60 + number),
    type,
    status,
    attempts: 1,
    created_at: minutes(-number * number * 17),
    last_attempt_at: minutes(-number * number * 17),
    next_attempt_at: null,
    finished_at: minutes(-number * number * 17),
    response_status: 204,
    error: null,
    ...change,
  };
}

/** Deliveries of every kind. */
export const DELIVERIES = [
  delivery(1, "meeting.participant_joined", "pending", {
    attempts: 7,
    error: "status",
    response_status: 503,
    next_attempt_at: minutes(9),
    finished_at: null,
  }),
  delivery(2, "meeting.started", "pending", {
    attempts: 0,
    response_status: null,
    finished_at: null,
    next_attempt_at: minutes(0),
  }),
  delivery(3, "webhook.test", "delivered", {}),
  delivery(4, "meeting.ended", "failed", { attempts: 34, error: "timeout", response_status: null }),
  delivery(5, "meeting.created", "delivered", { attempts: 2, response_status: 200 }),
];
