// When meetings take place in a span of days.
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../app/api.ts";
import { type Day, startOf } from "./days.ts";

/** Below this key is everything that is told of meetings, the list too. */
const KEY = "meetings";

/** What takes place from a day on until another one begins. */
export function useOccurrences(from: Day, to: Day) {
  return useQuery({
    queryKey: [KEY, "occurrences", from, to],
    queryFn: () =>
      api.calendar.listOccurrences({ from: startOf(from).toISOString(), to: startOf(to).toISOString() }),
    placeholderData: keepPreviousData,
    refetchOnMount: "always",
  });
}

/** Calls one occurrence of a meeting off. */
export function useSkipOccurrence(meeting: { id: string; code: string }, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (start: string) => api.calendar.skipOccurrence(meeting.id, start),
    onSuccess: async () => {
      onDone();
      await client.invalidateQueries({ queryKey: [KEY] });
      await client.invalidateQueries({ queryKey: ["meeting", meeting.code] });
    },
  });
}
