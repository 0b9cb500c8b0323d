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

/** Signs one device out, or with `others` all but this one; answers how many they were. */
export function useEndSessions(onDone: (ended: number) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (which: { id: string } | "others") => {
      if (which === "others") return api.account.endOtherSessions();
      await api.account.endSession(which.id);
      return 1;
    },
    onSuccess: onDone,
    // Whatever came of it, the list may be another one now.
    onSettled: () => client.invalidateQueries({ queryKey: SESSIONS_KEY }),
  });
}
