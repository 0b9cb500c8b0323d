// Which quality to ask for, given how large a picture is on the screen.
import type { MediaSource } from "../signaling/messages.ts";

/** A picture on the screen. */
export interface VisibleTile {
  userId: string;
  source: Extract<MediaSource, "camera" | "screen">;
  /** Height in device pixels. */
  height: number;
}

/** Heights up to which the quarter-size and the half-size layer of a 720p camera look sharp enough, in device pixels. */
const LOW_UP_TO = 220;
const MIDDLE_UP_TO = 420;

/** The spatial layer (0 lowest, 2 highest) for a picture of that height. */
export function layerForHeight(height: number): 0 | 1 | 2 {
  if (height <= LOW_UP_TO) return 0;
  if (height <= MIDDLE_UP_TO) return 1;
  return 2;
}

/** What to ask for one picture: null when it is not on the screen. */
export function planFor(
  tiles: readonly VisibleTile[] | null,
  userId: string,
  source: MediaSource,
): { spatialLayer: 0 | 1 | 2 } | null {
  // Before the interface has told what it shows, the middle layer is a fair start.
  if (tiles === null) return { spatialLayer: 1 };
  const tile = tiles.find((each) => each.userId === userId && each.source === source);
  return tile ? { spatialLayer: layerForHeight(tile.height) } : null;
}
