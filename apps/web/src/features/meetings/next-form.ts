// A form for the next meeting after one that was held.
import type { Meeting } from "@open-meeting/client";
import { emptyForm, type MeetingForm } from "./meeting-form.ts";
import { toLocal } from "./when.ts";

/**
 * Like the one before, a week later at the same time of day, or the next week that is still to come. Its passcode is not
 * known, so the next one has none. Without a planned time, the next full hour.
 */
export function nextForm(meeting: Meeting, now: Date): MeetingForm {
  const form: MeetingForm = {
    ...emptyForm(now),
    title: meeting.title,
    description: meeting.description ?? "",
    maxParticipants: meeting.max_participants,
    settings: meeting.settings,
  };
  if (meeting.start_time === null) return form;
  const start = new Date(meeting.start_time);
  const length = meeting.end_time === null ? null : Date.parse(meeting.end_time) - start.getTime();
  // By days of the calendar, so that the time of day stays through clock changes.
  do start.setDate(start.getDate() + 7);
  while (start <= now);
  return {
    ...form,
    start: toLocal(start),
    end: length === null ? "" : toLocal(new Date(start.getTime() + length)),
  };
}
