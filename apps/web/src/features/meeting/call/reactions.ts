// How people show what they feel.
import type { ReactionKind } from "@open-meeting/client";

/** The picture of every reaction, in the order of the menu. */
export const REACTIONS = {
  "thumbs-up": "👍",
  clap: "👏",
  heart: "❤️",
  laugh: "😂",
  surprised: "😮",
  party: "🎉",
  wave: "👋",
  thinking: "🤔",
} as const satisfies Record<ReactionKind, string>;

/** Every reaction, in the order of the menu. */
export const REACTION_KINDS = Object.keys(REACTIONS) as ReactionKind[];
