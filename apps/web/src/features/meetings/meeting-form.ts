// The values of the form for a meeting, and what the server is sent.
import type { Meeting, MeetingChange, MeetingSettings, NewMeeting } from "@open-meeting/client";
import { toLocal } from "./when.ts";

/** What stands in the fields. Times are local, as a date-time field has them (`2026-11-20T14:30`). */
export interface MeetingForm {
  title: string;
  description: string;
  start: string;
  end: string;
  maxParticipants: number | string;
  settings: MeetingSettings;
  /** The passcode; none when empty. */
  passcode: string;
  /** Whether the meeting keeps the passcode that it has. */
  keepPasscode: boolean;
}

/** What meetings are like unless somebody chooses otherwise. */
export const DEFAULT_SETTINGS: MeetingSettings = {
  lobby: "off",
  guests_allowed: false,
  mute_on_entry: false,
  share_screen: true,
  chat: true,
  unmute: true,
  record: false,
  host_leaves: "hand-over",
};

/** A form for a meeting at the next full hour, for an hour. */
export function emptyForm(now: Date): MeetingForm {
  const start = new Date(now);
  start.setMinutes(0, 0, 0);
  start.setHours(start.getHours() + 1);
  const end = new Date(start);
  end.setHours(end.getHours() + 1);
  return {
    title: "",
    description: "",
    start: toLocal(start),
    end: toLocal(end),
    maxParticipants: 100,
    settings: DEFAULT_SETTINGS,
    passcode: "",
    keepPasscode: false,
  };
}

/** A form with what a meeting is now. */
export function formOf(meeting: Meeting): MeetingForm {
  const local = (time: string | null): string => (time === null ? "" : toLocal(new Date(time)));
  return {
    title: meeting.title,
    description: meeting.description ?? "",
    start: local(meeting.start_time),
    end: local(meeting.end_time),
    maxParticipants: meeting.max_participants,
    settings: meeting.settings,
    passcode: "",
    keepPasscode: meeting.has_passcode,
  };
}

/** Which fields cannot be sent, by the server's field names, with codes of the message catalogue. */
export function checkForm(
  form: MeetingForm,
): Partial<Record<keyof NewMeeting, "required" | "end_before_start">> {
  const problems: ReturnType<typeof checkForm> = {};
  if (form.title.trim() === "") problems.title = "required";
  if (form.start !== "" && form.end !== "" && form.end <= form.start) problems.end_time = "end_before_start";
  return problems;
}

/** What the server is sent. */
export function toNewMeeting(form: MeetingForm): NewMeeting {
  const meeting: NewMeeting = { title: form.title.trim() };
  if (form.description.trim() !== "") meeting.description = form.description.trim();
  if (form.start !== "") meeting.start_time = new Date(form.start).toISOString();
  if (form.end !== "") meeting.end_time = new Date(form.end).toISOString();
  const limit = participantLimit(form);
  if (limit !== null) meeting.max_participants = limit;
  const settings = changedSettings(DEFAULT_SETTINGS, form.settings);
  if (Object.keys(settings).length > 0) meeting.settings = settings;
  if (form.passcode !== "") meeting.passcode = form.passcode;
  return meeting;
}

/** What the server is sent to make a meeting like the form. */
export function toChange(form: MeetingForm): MeetingChange {
  const time = (local: string): string | null => (local === "" ? null : new Date(local).toISOString());
  const limit = participantLimit(form);
  return {
    title: form.title.trim(),
    description: form.description.trim(),
    start_time: time(form.start),
    end_time: time(form.end),
    settings: form.settings,
    ...(limit === null ? {} : { max_participants: limit }),
    ...(form.keepPasscode ? {} : { passcode: form.passcode }),
  };
}

function participantLimit(form: MeetingForm): number | null {
  const limit = Number(form.maxParticipants);
  return form.maxParticipants !== "" && Number.isInteger(limit) ? limit : null;
}

function changedSettings(from: MeetingSettings, to: MeetingSettings): Partial<MeetingSettings> {
  const names = Object.keys(from) as (keyof MeetingSettings)[];
  return Object.fromEntries(names.filter((name) => from[name] !== to[name]).map((name) => [name, to[name]]));
}

/** The end that keeps the duration when the start moves. */
export function movedEnd(form: MeetingForm, start: string): string {
  const duration = Date.parse(form.end) - Date.parse(form.start);
  if (!(duration > 0) || start === "") return form.end;
  return toLocal(new Date(Date.parse(start) + duration));
}
