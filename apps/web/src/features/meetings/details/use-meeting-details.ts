// What a page about a meeting needs: the meeting, who was in it, and for those who host it the report.
import type { Meeting, MeetingParticipant } from "@open-meeting/client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api } from "../../../app/api.ts";

/** A meeting by its code. */
export function useMeeting(code: string) {
  return useQuery({ queryKey: ["meeting", code], queryFn: () => api.readMeeting(code) });
}

/** Who is or was in a meeting. Before it has begun, for the first time, nobody was, so nobody is asked. */
export function usePeople(meeting: Meeting) {
  return useQuery({
    queryKey: ["meeting-people", meeting.code],
    queryFn: () => api.listParticipants(meeting.id),
    enabled: meeting.started_at !== null || meeting.recurrence != null,
    refetchInterval: meeting.status === "live" ? 30_000 : false,
  });
}

/** The most days that can be asked for at once. */
const AHEAD_MS = 62 * 24 * 3_600_000;

/** When a meeting that recurs takes place from now on, as far as that can be told at once. */
export function useComingTimes(meeting: Meeting) {
  return useQuery({
    // Below the key of all that is told of meetings, which is told anew when a time is called off.
    queryKey: ["meetings", "occurrences", "of", meeting.code],
    queryFn: async () => {
      // One that takes place now was to begin before.
      const from = Math.min(Date.now(), Date.parse(meeting.start_time ?? "") || Infinity);
      const window = { from: new Date(from).toISOString(), to: new Date(from + AHEAD_MS).toISOString() };
      const all = await api.calendar.listOccurrences(window);
      return all.filter(
        ({ meeting_id, status }) =>
          meeting_id === meeting.id && (status === "scheduled" || status === "live"),
      );
    },
  });
}

/** Who was there, when, and how long; of one of the times that it was held, if one is named. For hosts and co-hosts. */
export function useReport(meeting: Meeting, session: string | null) {
  return useQuery({
    queryKey: ["meeting-report", meeting.code, session],
    queryFn: () => api.hosting.readReport(meeting.id, session ?? undefined),
    placeholderData: keepPreviousData,
    refetchInterval: meeting.status === "live" ? 30_000 : false,
  });
}

/** Whether somebody may read the report: hosts and co-hosts may. */
export function moderates(userId: string, meeting: Meeting, people: readonly MeetingParticipant[]): boolean {
  if (meeting.creator_id === userId) return true;
  return people.some(({ user_id, role }) => user_id === userId && role !== "participant");
}

/** Whether somebody may read what was written: whoever created it and whoever was there, unless they were banned. */
export function mayReadChat(
  userId: string,
  meeting: Meeting,
  people: readonly MeetingParticipant[],
): boolean {
  if (people.length === 0) return false;
  const self = people.find(({ user_id }) => user_id === userId);
  return self ? self.standing !== "banned" : meeting.creator_id === userId;
}
