// How events change the picture of a room.
import { describe, expect, it } from "vitest";
import {
  CHAT_LIMIT,
  INITIAL_ROOM_STATE,
  outranks,
  raisedHands,
  reduce,
  welcomed,
  withHistory,
  withLobby,
  withQualities,
  withTrack,
} from "../src/room/state.ts";
import type { RoomState } from "../src/room/state.ts";
import type { ParticipantInfo, ServerEvent } from "../src/signaling/messages.ts";
import { FakeTrack, welcome } from "./fakes.ts";

type Page = Parameters<typeof withHistory>[1];

const person = (
  id: string,
  joined_at: string,
  producers: ParticipantInfo["producers"] = [],
): ParticipantInfo => ({
  user_id: id,
  user_info: { display_name: id.toUpperCase(), role: "participant" },
  joined_at,
  hand_raised_at: null,
  producers,
});
const camera = { producer_id: "cam", kind: "video", source: "camera", paused: false } as const;
const ada = person("ada", "2026-01-01T10:00:00Z", [camera]);
const bob = person("bob", "2026-01-01T09:00:00Z");

function after(state: RoomState, ...events: object[]): RoomState {
  return events.reduce<RoomState>(
    (present, event, index) => reduce(present, { seq: index + 1, ...event } as ServerEvent),
    state,
  );
}

const start = welcomed(INITIAL_ROOM_STATE, welcome({ participants: [ada, bob] }));
const names = (state: RoomState) => state.participants.map((participant) => participant.userId);

describe("people", () => {
  it("stand in the order in which they joined", () => {
    expect(names(start)).toEqual(["bob", "ada"]);
    const joined = after(start, { type: "user-joined", ...person("cy", "2026-01-01T09:30:00Z") });
    expect(names(joined)).toEqual(["bob", "cy", "ada"]);
  });

  it("are there once when they join again, and gone when they left", () => {
    const again = after(start, { type: "user-joined", ...person("ada", "2026-01-01T11:00:00Z") });
    expect(names(again)).toEqual(["bob", "ada"]);
    expect(again.participants[1]?.media).toEqual({});
    const left = after(
      start,
      { type: "active-speaker", user_id: "ada" },
      { type: "user-left", user_id: "ada" },
    );
    expect(names(left)).toEqual(["bob"]);
    expect(left.activeSpeaker).toBeNull();
  });
});

describe("tracks", () => {
  it("come, pause, resume and go", () => {
    const microphone = { producer_id: "mic", kind: "audio", source: "microphone", paused: false };
    let state = after(start, { type: "new-producer", user_id: "bob", ...microphone });
    const track = new FakeTrack("audio").asTrack();
    state = withTrack(state, "mic", track);
    expect(state.participants[0]?.media.microphone).toMatchObject({
      producerId: "mic",
      track,
      paused: false,
    });
    state = after(state, { type: "producer-paused", user_id: "bob", producer_id: "mic" });
    expect(state.participants[0]?.media.microphone).toMatchObject({ paused: true, track });
    state = after(state, { type: "producer-resumed", user_id: "bob", producer_id: "mic" });
    expect(state.participants[0]?.media.microphone?.paused).toBe(false);
    state = after(state, { type: "producer-closed", user_id: "bob", producer_id: "mic" });
    expect(state.participants[0]?.media).toEqual({});
    expect(state.participants[1]?.media.camera?.producerId).toBe("cam");
  });

  it("of unknown producers change nothing that can be seen", () => {
    const state = after(start, { type: "producer-paused", user_id: "ada", producer_id: "other" });
    expect(state.participants).toEqual(start.participants);
  });
});

describe("chat", () => {
  it("says whose line it is, also of people who have left", () => {
    const state = after(
      start,
      { type: "chat", message_id: "m1", from: "ada", text: "hello", at: "t1" },
      { type: "chat", message_id: "m2", from: "me", text: "hi", at: "t2" },
      {
        type: "chat",
        message_id: "m3",
        from: "zoe",
        user_info: { display_name: "Zoe", role: "guest" },
        to: "ada",
        text: "bye",
        at: "t3",
      },
    );
    expect(
      state.chat.map(({ id, displayName, own, toName, text }) => [id, displayName, own, toName, text]),
    ).toEqual([
      ["m1", "ADA", false, "", "hello"],
      ["m2", "", true, "", "hi"],
      ["m3", "Zoe", false, "ADA", "bye"],
    ]);
  });

  it("keeps the newest lines and survives a rejoin", () => {
    let state = start;
    for (let line = 1; line <= CHAT_LIMIT + 5; line += 1) {
      state = after(state, {
        type: "chat",
        message_id: String(10_000 + line),
        from: "ada",
        text: String(line),
        at: "t",
      });
    }
    state = welcomed(state, welcome());
    expect(state.chat).toHaveLength(CHAT_LIMIT);
    expect(state.chat.at(-1)?.text).toBe(String(CHAT_LIMIT + 5));
    expect(new Set(state.chat.map((line) => line.id)).size).toBe(CHAT_LIMIT);
  });

  it("puts what was written earlier in its place, once, and forgets what is deleted", () => {
    const live = after(
      start,
      { type: "chat", message_id: "m2", from: "me", text: "known", at: "t2" },
      { type: "chat", message_id: "m4", from: "ada", text: "live", at: "t4" },
    );
    const line = (id: string, text: string | null, to: string | null = null) => ({
      ...{ message_id: id, from: "zoe", display_name: "Zoe", to, to_name: to && "Me", text, at: "t" },
    });
    const history = [line("m1", "first", "me"), line("m2", "known"), line("m3", null)];
    const state = withHistory(live, { messages: history, before: null });
    expect(state.chat.map(({ id, text, deleted, toName }) => [id, text, deleted, toName])).toEqual([
      ["m1", "first", false, "Me"],
      ["m2", "known", false, ""],
      ["m3", "", true, ""],
      ["m4", "live", false, ""],
    ]);
    const gone = after(state, { type: "chat-deleted", message_id: "m4", by: "me" });
    expect(gone.chat.at(-1)).toMatchObject({ id: "m4", text: "", deleted: true });
    expect(withHistory(gone, { messages: [line("m2", null)], before: null }).chat[1]).toMatchObject({
      id: "m2",
      text: "",
      deleted: true,
    });
  });
});

describe("earlier chat", () => {
  const page = (before: string | null, ...ids: string[]): Page => ({
    messages: ids.map((id) => ({ message_id: id, from: "zoe", display_name: "Zoe", text: id, at: "t" })),
    before,
  });
  const ids = (state: RoomState) => state.chat.map(({ id }) => id);

  it("is read page by page until there is no more", () => {
    let state = withHistory(start, page("m5", "m5", "m6"));
    expect(state.earlierChat).toBe(true);
    state = withHistory(state, page("m3", "m3", "m4"));
    expect([ids(state), state.earlierChat]).toEqual([["m3", "m4", "m5", "m6"], true]);
    state = withHistory(state, page(null, "m1", "m2"));
    expect([ids(state).length, state.earlierChat]).toEqual([6, false]);
    // The newest page once more, after a lost connection.
    state = withHistory(state, page("m6", "m6", "m7"));
    expect([ids(state).length, state.earlierChat]).toEqual([7, false]);
  });

  it("begins anew when more than a page was written meanwhile", () => {
    const known = withHistory(start, page(null, "m1", "m2"));
    const torn = withHistory(known, page("m8", "m8", "m9"));
    expect([ids(torn), torn.earlierChat]).toEqual([["m8", "m9"], true]);
  });

  it("ends where no more lines are kept", () => {
    const many = Array.from({ length: CHAT_LIMIT }, (_, line) => `m${10_000 + line}`);
    expect(withHistory(start, page("m10000", ...many)).earlierChat).toBe(false);
  });
});

describe("hands", () => {
  it("stand in the order in which they were raised, mine among them, until they are lowered", () => {
    const raised = after(
      start,
      { type: "hand-raised", user_id: "ada", at: "2026-01-01T10:05:00Z" },
      { type: "hand-raised", user_id: "me", at: "2026-01-01T10:06:00Z" },
      { type: "hand-raised", user_id: "bob", at: "2026-01-01T10:04:00Z" },
    );
    expect(raisedHands(raised)).toEqual(["bob", "ada", "me"]);
    const lowered = after(
      raised,
      { type: "hand-lowered", user_id: "me" },
      { type: "hand-lowered", user_id: "bob" },
    );
    expect(raisedHands(lowered)).toEqual(["ada"]);
  });

  it("that were raised before are in the welcome", () => {
    const bobRaised = { ...bob, hand_raised_at: "2026-01-01T10:04:00Z" };
    expect(raisedHands(welcomed(INITIAL_ROOM_STATE, welcome({ participants: [bobRaised] })))).toEqual([
      "bob",
    ]);
  });
});

describe("what hosts do", () => {
  it("gives people other names, roles and grants", () => {
    const info = (display_name: string, role: string) => ({ user_info: { display_name, role } });
    const state = after(
      start,
      { type: "user-updated", user_id: "ada", ...info("Countess", "co-host") },
      { type: "user-updated", user_id: "me", ...info("Myself", "host") },
      { type: "grants-changed", grants: { ...welcome().grants, can_chat: false } },
    );
    expect(state.participants[1]).toMatchObject({ displayName: "Countess", role: "co-host" });
    expect(state.self).toMatchObject({ displayName: "Myself", role: "host", grants: { can_chat: false } });
  });

  it("asks for voices, and takes them", () => {
    const asked = after(start, { type: "unmute-requested", by: "ada" });
    expect(asked.self?.askedToUnmute).toBe(true);
    expect(after(asked, { type: "muted", by: "ada" }).self?.askedToUnmute).toBe(false);
  });

  it("shows somebody large, and locks the room", () => {
    const state = after(start, { type: "spotlight", user_id: "ada" }, { type: "room-locked", locked: true });
    expect(state).toMatchObject({ spotlight: "ada", locked: true });
    expect(after(state, { type: "spotlight", user_id: null }).spotlight).toBeNull();
  });

  it("is ordered by rank", () => {
    expect(outranks("host", "co-host")).toBe(true);
    expect(outranks("co-host", "guest")).toBe(true);
    expect(outranks("co-host", "co-host")).toBe(false);
    expect(outranks("participant", "guest")).toBe(false);
  });
});

describe("the lobby", () => {
  const knock = (user_id: string, since: string) => ({
    type: "lobby-waiting",
    user_id,
    display_name: user_id,
    guest: true,
    since,
  });
  const host = welcomed(INITIAL_ROOM_STATE, welcome({ role: "host" }));

  it("has everybody once, in the order of coming, until they go", () => {
    const state = after(host, knock("b", "t2"), knock("a", "t1"), knock("b", "t2"));
    expect(state.lobby.map((person) => person.userId)).toEqual(["a", "b"]);
    expect(after(state, { type: "lobby-left", user_id: "a" }).lobby).toHaveLength(1);
  });

  it("is hidden from those who are no host any more", () => {
    const state = withLobby(host, [{ userId: "a", displayName: "A", guest: true, since: "t" }]);
    const demoted = {
      type: "user-updated",
      user_id: "me",
      user_info: { display_name: "M", role: "participant" },
    };
    expect(after(state, demoted).lobby).toEqual([]);
    expect(welcomed(state, welcome()).lobby).toEqual([]);
    expect(welcomed(state, welcome({ role: "co-host" })).lobby).toHaveLength(1);
  });
});

it("keeps the same state when no quality has changed", () => {
  const changed = withQualities(start, "good", new Map([["ada", "poor"]]));
  expect(changed.participants.map((each) => each.quality)).toEqual(["unknown", "poor"]);
  expect(withQualities(changed, "good", new Map([["ada", "poor"]]))).toBe(changed);
});
