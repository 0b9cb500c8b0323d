// The small rules behind the pages about other backends.
import i18next from "i18next";
import { beforeAll, describe, expect, it } from "vitest";
import { LANGUAGES, setLanguage } from "../../app/i18n.ts";
import { startPage } from "../../test/render.tsx";
import {
  checkApiKey,
  emptyApiKey,
  SCOPE_TEXTS,
  SCOPES,
  stateOf,
  toNewApiKey,
} from "./api-keys/api-key-form.ts";
import { eventName } from "./webhooks/event-name.ts";
import { problemText } from "./webhooks/problem-text.ts";
import {
  checkWebhook,
  choices,
  DELIVERY_PROBLEMS,
  EMPTY_WEBHOOK,
  EVENTS,
  readStatus,
  shortUrl,
  toWebhook,
  webhookFormOf,
} from "./webhooks/webhook-form.ts";
import { webhookState } from "./webhooks/WebhookState.tsx";

describe("the form of an API key", () => {
  const now = new Date(2026, 10, 20, 14, 30);
  const form = { ...emptyApiKey(now), name: " CRM ", scopes: ["rooms:read"] };

  it("asks for a name and a scope", () => {
    expect(checkApiKey(emptyApiKey(now), now)).toEqual({ name: "required", scopes: "required" });
    expect(checkApiKey(form, now)).toEqual({});
  });

  it("has the key expire in a year, unless something else is chosen", () => {
    expect(toNewApiKey(form, now)).toEqual({
      name: "CRM",
      scopes: ["rooms:read"],
      expires_at: new Date(now.getTime() + 365 * 86_400_000).toISOString(),
    });
    expect(toNewApiKey({ ...form, lifetime: "never" }, now)).toEqual({ name: "CRM", scopes: ["rooms:read"] });
    const until = { ...form, lifetime: "date" as const, until: "2026-12-24T18:00" };
    expect(toNewApiKey(until, now).expires_at).toBe(new Date(2026, 11, 24, 18).toISOString());
  });

  it("wants an end in the future", () => {
    const dated = { ...form, lifetime: "date" as const };
    expect(checkApiKey({ ...dated, until: "" }, now)).toEqual({ expires_at: "required" });
    expect(checkApiKey({ ...dated, until: "2026-11-20T14:30" }, now)).toEqual({ expires_at: "in_the_past" });
  });
});

describe("an API key", () => {
  it.each([
    [null, null, "active"],
    [null, "2026-11-20T14:30:01Z", "active"],
    [null, "2026-11-20T14:30:00Z", "expired"],
    ["2026-11-01T00:00:00Z", "2026-11-20T14:00:00Z", "revoked"],
  ] as const)("revoked %s, good until %s: %s", (revoked_at, expires_at, state) => {
    expect(stateOf({ revoked_at, expires_at }, Date.parse("2026-11-20T14:30:00Z"))).toBe(state);
  });
});

describe("the form of a webhook", () => {
  it("asks for an address, and for events unless it is told everything", () => {
    expect(checkWebhook(EMPTY_WEBHOOK)).toEqual({ url: "required" });
    expect(checkWebhook({ ...EMPTY_WEBHOOK, url: "x", all: false })).toEqual({ events: "required" });
    expect(toWebhook({ url: " https://example.org ", all: true, events: ["meeting.ended"] })).toEqual({
      url: "https://example.org",
      events: ["*"],
    });
  });

  it("keeps events that this page does not know", () => {
    const form = webhookFormOf({ url: "u", events: ["meeting.ended", "room.opened"] });
    expect(form).toEqual({ url: "u", all: false, events: ["meeting.ended", "room.opened"] });
    expect(toWebhook(form).events).toEqual(["meeting.ended", "room.opened"]);
    expect(choices(form.events)).toEqual([...EVENTS, "room.opened"]);
    expect(webhookFormOf({ url: "u", events: ["*"] })).toEqual({ url: "u", all: true, events: [] });
  });
});

describe("a webhook", () => {
  it.each([
    [true, null, "on"],
    [false, "manual", "off"],
    [false, "gone", "gone"],
  ] as const)("enabled %s, disabled %s: %s", (enabled, disabled_reason, state) => {
    expect(webhookState({ enabled, disabled_reason })).toBe(state);
  });

  it.each([
    ["https://example.org/", "example.org", ""],
    ["http://127.0.0.1:9000/hook?a=1", "127.0.0.1:9000", "/hook?a=1"],
    ["nonsense", "nonsense", ""],
  ])("is told apart by %s", (url, host, path) => {
    expect(shortUrl(url)).toEqual({ host, path });
  });

  it.each([
    ["status=failed", "failed"],
    ["status=lost", null],
    ["", null],
  ])("has a log filtered by %s", (search, status) => {
    expect(readStatus(new URLSearchParams(search))).toBe(status);
  });
});

describe("words", () => {
  beforeAll(startPage);

  it.each(LANGUAGES.map(({ code }) => code))(
    "exist in %s for scopes, events and problems",
    async (language) => {
      await setLanguage(language);
      const t = i18next.t.bind(i18next);
      const texts = [
        ...SCOPES.map((scope) => t(`apiKeys.scope.${SCOPE_TEXTS[scope]}.help`)),
        ...EVENTS.map((event) => eventName(t, event)),
        ...DELIVERY_PROBLEMS.map((error) => problemText(t, { error, response_status: 500 })),
      ];
      for (const text of texts) expect(text).not.toMatch(/apiKeys\.|webhooks\.|\{|_/);
      expect(new Set(texts).size).toBe(texts.length);
    },
  );

  it("name what is not known by its name", async () => {
    await setLanguage("en");
    const t = i18next.t.bind(i18next);
    expect(eventName(t, "room.opened")).toBe("room.opened");
    expect(problemText(t, { error: "new", response_status: null })).toBe("new");
    expect(problemText(t, { error: null, response_status: 204 })).toBe("");
    expect(problemText(t, { error: "status", response_status: 503 })).toBe("The receiver answered 503.");
  });
});
