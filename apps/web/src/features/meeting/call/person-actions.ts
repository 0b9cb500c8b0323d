// What may be done to somebody in a call, by whoever looks at the list.
import { moderates, outranks, type Self } from "@open-meeting/client/room";
import type { TileModel } from "./tiles.ts";

/** One entry of somebody's menu. */
export type PersonAction =
  | "rename"
  | "mute"
  | "ask-to-unmute"
  | "lower-hand"
  | "spotlight"
  | "end-spotlight"
  | "make-host"
  | "make-co-host"
  | "make-participant"
  | "remove"
  | "ban";

/** The entries of the menu, in its order; none when there is nothing to be done. */
export function actionsOn(
  person: Pick<TileModel, "own" | "userId" | "role" | "muted" | "hand">,
  self: Self | null,
  spotlight: string | null,
): PersonAction[] {
  if (self === null) return [];
  const host = moderates(self.role);
  const above = !person.own && host && outranks(self.role, person.role);
  const actions: PersonAction[] = [];
  if (above) actions.push(person.muted ? "ask-to-unmute" : "mute");
  if (person.hand !== null && (person.own || host)) actions.push("lower-hand");
  if (host) actions.push(spotlight === person.userId ? "end-spotlight" : "spotlight");
  if (person.own || above) actions.push("rename");
  // A guest has no account that could host.
  if (above && self.role === "host" && person.role !== "guest") {
    actions.push("make-host", person.role === "co-host" ? "make-participant" : "make-co-host");
  }
  if (above) actions.push("remove", "ban");
  return actions;
}
