// Who is drawn on the stage, and with what.
import type { LocalMediaState, Role } from "@open-meeting/client";
import { raisedHands, type Quality, type RoomState } from "@open-meeting/client/room";

/** One picture, or the place of one. */
export interface TileModel {
  key: string;
  userId: string;
  source: "camera" | "screen";
  name: string;
  own: boolean;
  role: Role;
  track: MediaStreamTrack | null;
  muted: boolean;
  speaking: boolean;
  quality: Quality;
  /** The place among the raised hands, from 1; null when the hand is down. */
  hand: number | null;
}

/** Everything that can be drawn. */
export interface Tiles {
  self: TileModel;
  others: TileModel[];
  /** The screens that others share. */
  screens: TileModel[];
  /** The screen that I share. */
  ownScreen: TileModel | null;
  /** Whom a host shows large to everybody: one of the above. */
  spotlit: TileModel | null;
}

/** The tiles of a room, in the order in which people joined. */
export function tilesOf(room: RoomState, media: LocalMediaState, displayName: string): Tiles {
  const ownId = room.self?.userId ?? "";
  const role = room.self?.role ?? "participant";
  const hands = raisedHands(room);
  const handOf = (userId: string): number | null =>
    hands.includes(userId) ? hands.indexOf(userId) + 1 : null;
  const name = room.self?.displayName ?? displayName;
  const own = { userId: ownId, name, own: true, role, quality: room.ownQuality, hand: handOf(ownId) };
  const self: TileModel = {
    ...own,
    key: "self",
    source: "camera",
    track: media.camera.on ? media.camera.track : null,
    muted: !media.microphone.on,
    speaking: room.activeSpeaker === ownId && media.microphone.on,
  };
  const others: TileModel[] = [];
  const screens: TileModel[] = [];
  for (const { userId, displayName: name, role: theirRole, media: theirs, quality } of room.participants) {
    const common = { userId, name, own: false, role: theirRole, quality, hand: handOf(userId) };
    const { camera, microphone, screen } = theirs;
    const muted = !microphone || microphone.paused;
    others.push({
      ...common,
      key: userId,
      source: "camera",
      track: camera && !camera.paused ? camera.track : null,
      muted,
      speaking: room.activeSpeaker === userId && !muted,
    });
    if (screen) {
      screens.push({
        ...common,
        key: `${userId}-screen`,
        source: "screen",
        track: screen.track,
        muted: true,
        speaking: false,
      });
    }
  }
  const ownScreen: TileModel | null = media.screen.video
    ? {
        ...own,
        key: "self-screen",
        source: "screen",
        track: media.screen.video,
        muted: true,
        speaking: false,
      }
    : null;
  const spotlit = [...others, self].find((tile) => tile.userId === room.spotlight) ?? null;
  return { self, others, screens, ownScreen, spotlit };
}
