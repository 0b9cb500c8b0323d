// The values of the form for a meeting, and what the server is sent.
import type { Meeting, MeetingChange, MeetingSettings, NewMeeting } from "@open-meeting/client";
import { checkRepeat, onceOnly, type RepeatForm, repeatOf, writtenRule } from "./recurrence/repeat-form.ts";
import { browserZone, floating, instantIn, isZone, localIn, toLocalTime } from "./recurrence/zone.ts";
import { toLocal } from "./when.ts";

/** What stands in the fields. Times are what clocks in `zone` show, as a date-time field has them (`2026-11-20T14:30`). */
export interface MeetingForm {
  title: string;
  description: string;
  start: string;
  end: string;
  /** Name of a time zone, such as `Europe/Berlin`. */
  zone: string;
  repeat: RepeatForm;
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
    zone: browserZone(),
    repeat: onceOnly(toLocal(start)),
    maxParticipants: 100,
    settings: DEFAULT_SETTINGS,
    passcode: "",
    keepPasscode: false,
  };
}

/** A form with what a meeting is now. */
export function formOf(meeting: Meeting): MeetingForm {
  const { time_zone, recurrence } = meeting;
  const zone = time_zone && isZone(time_zone) ? time_zone : browserZone();
  const local = (time: string | null): string => (time === null ? "" : localIn(zone, time));
  const start = local(meeting.start_time);
  return {
    title: meeting.title,
    description: meeting.description ?? "",
    start,
    end: local(meeting.end_time),
    zone,
    repeat: repeatOf(recurrence ?? null, start, zone),
    maxParticipants: meeting.max_participants,
    settings: meeting.settings,
    passcode: "",
    keepPasscode: meeting.has_passcode,
  };
}

/** Which fields cannot be sent, by the server's field names, with codes of the message catalogue. */
export function checkForm(
  form: MeetingForm,
): Partial<Record<keyof NewMeeting, "required" | "end_before_start" | "recurrence">> {
  const problems: ReturnType<typeof checkForm> = {};
  if (form.title.trim() === "") problems.title = "required";
  if (form.start !== "" && form.end !== "" && form.end <= form.start) problems.end_time = "end_before_start";
  if (checkRepeat(form.repeat, form.start) !== null) problems.recurrence = "recurrence";
  return problems;
}

/** What the server is sent. */
export function toNewMeeting(form: MeetingForm): NewMeeting {
  const meeting: NewMeeting = { title: form.title.trim() };
  if (form.description.trim() !== "") meeting.description = form.description.trim();
  const { start_time, end_time, time_zone, recurrence } = timesOf(form);
  if (start_time !== null) meeting.start_time = start_time;
  if (end_time !== null) meeting.end_time = end_time;
  if (time_zone !== null) meeting.time_zone = time_zone;
  if (recurrence !== null) meeting.recurrence = recurrence;
  const limit = participantLimit(form);
  if (limit !== null) meeting.max_participants = limit;
  const settings = changedSettings(DEFAULT_SETTINGS, form.settings);
  if (Object.keys(settings).length > 0) meeting.settings = settings;
  if (form.passcode !== "") meeting.passcode = form.passcode;
  return meeting;
}

/** What the server is sent to make a meeting like the form, which was `before`. */
export function toChange(form: MeetingForm, before: MeetingForm): MeetingChange {
  const limit = participantLimit(form);
  // Another start, zone or rule begins a new series, so they are left alone unless somebody changed them.
  const times = timesOf(form);
  const moved = JSON.stringify(times) !== JSON.stringify(timesOf(before));
  return {
    title: form.title.trim(),
    description: form.description.trim(),
    ...(moved ? times : {}),
    settings: form.settings,
    ...(limit === null ? {} : { max_participants: limit }),
    ...(form.keepPasscode ? {} : { passcode: form.passcode }),
  };
}

/** The planned times as the server takes them; null for what is not planned. */
function timesOf(
  form: MeetingForm,
): Record<"start_time" | "end_time" | "time_zone" | "recurrence", string | null> {
  const time = (local: string): string | null =>
    local === "" ? null : new Date(instantIn(form.zone, local)).toISOString();
  const planned = form.start !== "";
  return {
    start_time: time(form.start),
    end_time: time(form.end),
    time_zone: planned ? form.zone : null,
    recurrence: planned ? writtenRule(form.repeat, form.start, form.zone) : null,
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
export function movedEnd(form: Pick<MeetingForm, "start" | "end">, start: string): string {
  const duration = floating(form.end) - floating(form.start);
  if (!(duration > 0) || start === "") return form.end;
  return toLocalTime(floating(start) + duration);
}
