// The devices that are signed in, and signing them out.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../app/api.ts";

export const SESSIONS_KEY = ["sessions"] as const;

/** The devices: this one first, then by last use. */
export function useSessions() {
  return useQuery({
    queryKey: SESSIONS_KEY,
    queryFn: async () => {
      const sessions = await api.account.listSessions();
      return sessions.toSorted(
        (a, b) =>
          Number(b.current) - Number(a.current) || Date.parse(b.last_used_at) - Date.parse(a.last_used_at),
      );
    },
    refetchOnMount: "always",
  });
}

/** Which devices are to be signed out: one, all but this one, or all. */
export type Which = { id: string } | "others" | "everywhere";

/** Signs devices out; answers how many they were, unless this one is among them, for then there is nobody to ask. */
export function useEndSessions(onDone: (ended: number) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (which: Which) => {
      if (which === "others") return api.account.endOtherSessions();
      if (which === "everywhere") {
        await api.signOutEverywhere();
        client.clear();
        return 0;
      }
      await api.account.endSession(which.id);
      return 1;
    },
    onSuccess: onDone,
    // Whatever came of it, the list may be another one now.
    onSettled: (_ended, error, which) =>
      which === "everywhere" && !error ? undefined : client.invalidateQueries({ queryKey: SESSIONS_KEY }),
  });
}
