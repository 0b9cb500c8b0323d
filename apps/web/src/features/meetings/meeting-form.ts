// The values of the form for a new meeting, and what the server is sent.
import type { NewMeeting } from "@open-meeting/client";
import { toLocal } from "./when.ts";

/** What stands in the fields. Times are local, as a date-time field has them (`2026-11-20T14:30`). */
export interface MeetingForm {
  title: string;
  description: string;
  start: string;
  end: string;
  maxParticipants: number | string;
}

/** A form for a meeting at the next full hour, for an hour. */
export function emptyForm(now: Date): MeetingForm {
  const start = new Date(now);
  start.setMinutes(0, 0, 0);
  start.setHours(start.getHours() + 1);
  const end = new Date(start);
  end.setHours(end.getHours() + 1);
  return { title: "", description: "", start: toLocal(start), end: toLocal(end), maxParticipants: 100 };
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
  const limit = Number(form.maxParticipants);
  if (form.maxParticipants !== "" && Number.isInteger(limit)) meeting.max_participants = limit;
  return meeting;
}

/** The end that keeps the duration when the start moves. */
export function movedEnd(form: MeetingForm, start: string): string {
  const duration = Date.parse(form.end) - Date.parse(form.start);
  if (!(duration > 0) || start === "") return form.end;
  return toLocal(new Date(Date.parse(start) + duration));
}
