// Who is invited to a meeting, inviting more, and taking invitations back.
import { ApiError, type Invitation, type Meeting } from "@open-meeting/client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
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

const ownKey = (code: string) => ["own-invitation", code] as const;

/** My own invitation to a meeting; null for whoever is not invited. */
export function useOwnInvitation(code: string) {
  return useQuery({
    queryKey: ownKey(code),
    queryFn: async () => {
      try {
        return await api.invitations.readOwn(code);
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      }
    },
  });
}

/** Answers my own invitation, once. */
export function useAnswerOwn(code: string, onAnswered?: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (answer: "accept" | "decline") => api.invitations.answerOwn(code, answer),
    onSuccess: (answered) => {
      client.setQueryData(ownKey(code), answered);
      onAnswered?.();
    },
    // Answered elsewhere or taken back meanwhile: the page says which.
    onError: () => client.invalidateQueries({ queryKey: ownKey(code) }),
  });
}
