// How events change the picture of a room.
import { describe, expect, it } from "vitest";
import {
  CHAT_LIMIT,
  INITIAL_ROOM_STATE,
  reduce,
  welcomed,
  withQualities,
  withTrack,
} from "../src/room/state.ts";
import type { RoomState } from "../src/room/state.ts";
import type { ParticipantInfo, ServerEvent } from "../src/signaling/messages.ts";
import { FakeTrack, welcome } from "./fakes.ts";

const person = (
  id: string,
  joined_at: string,
  producers: ParticipantInfo["producers"] = [],
): ParticipantInfo => ({
  user_id: id,
  user_info: { display_name: id.toUpperCase(), role: "participant" },
  joined_at,
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
      { type: "chat", from: "ada", text: "hello", at: "t1" },
      { type: "chat", from: "me", text: "hi", at: "t2" },
      { type: "chat", from: "zoe", user_info: { display_name: "Zoe", role: "guest" }, text: "bye", at: "t3" },
    );
    expect(state.chat.map(({ key, displayName, own, text }) => [key, displayName, own, text])).toEqual([
      [1, "ADA", false, "hello"],
      [2, "", true, "hi"],
      [3, "Zoe", false, "bye"],
    ]);
  });

  it("keeps the newest lines and survives a rejoin", () => {
    let state = start;
    for (let line = 1; line <= CHAT_LIMIT + 5; line += 1) {
      state = after(state, { type: "chat", from: "ada", text: String(line), at: "t" });
    }
    state = welcomed(state, welcome());
    expect(state.chat).toHaveLength(CHAT_LIMIT);
    expect(state.chat.at(-1)?.text).toBe(String(CHAT_LIMIT + 5));
    expect(new Set(state.chat.map((line) => line.key)).size).toBe(CHAT_LIMIT);
  });
});

it("keeps the same state when no quality has changed", () => {
  const changed = withQualities(start, "good", new Map([["ada", "poor"]]));
  expect(changed.participants.map((each) => each.quality)).toEqual(["unknown", "poor"]);
  expect(withQualities(changed, "good", new Map([["ada", "poor"]]))).toBe(changed);
});
