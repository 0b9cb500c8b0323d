// Short names for the shapes of the REST contract.
import type { components } from "./schema.ts";

type Schemas = components["schemas"];

/** A registered person, as they see themselves. */
export type User = Schemas["User"];
/** A meeting. */
export type Meeting = Schemas["Meeting"];
/** One page of meetings; `next_cursor` is absent or null on the last. */
export type MeetingPage = Schemas["MeetingPage"];
/** A person in a meeting. */
export type MeetingParticipant = Schemas["Participant"];
/** What a client needs to enter the room of a meeting. */
export type JoinedMeeting = Schemas["Joined"];
/** Where a meeting stands. */
export type MeetingStatus = Meeting["status"];

/** What is wrong with one field of a request. */
export interface FieldError {
  /** Name of the field in the request, such as `title`. */
  field: string;
  /** Stable code of the problem. */
  code: string;
  /** A sentence for people, in English. */
  message: string;
}
