// Who is invited to a meeting, inviting more, and taking invitations back.
import type { Invitation, Meeting } from "@open-meeting/client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../../app/api.ts";
import { usePages } from "../../hooks/use-pages.ts";

const keyOf = (meeting: Pick<Meeting, "code">) => ["invitations", meeting.code] as const;

/** Who is invited, newest first. For hosts. */
export function useInvitations(meeting: Meeting) {
  return usePages(keyOf(meeting), 50, (page) => api.invitations.list(meeting.id, page));
}

/** Invites people, all or none. */
export function useInvite(meeting: Meeting, onDone: (invited: Invitation[]) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (invitees: string[]) => api.invitations.invite(meeting.id, invitees),
    onSuccess: (invited) => {
      onDone(invited);
      return client.invalidateQueries({ queryKey: keyOf(meeting) });
    },
  });
}

/** Takes an invitation back. */
export function useWithdraw(meeting: Meeting, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (invitation: Invitation) => api.invitations.withdraw(meeting.id, invitation.id),
    onSuccess: onDone,
    // Whatever came of it, the list may be another one now.
    onSettled: () => client.invalidateQueries({ queryKey: keyOf(meeting) }),
  });
}
