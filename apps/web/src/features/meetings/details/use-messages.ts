// What was written in a meeting: read page by page, and deleted.
import type { Meeting } from "@open-meeting/client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../app/api.ts";
import { usePages } from "../../../hooks/use-pages.ts";

/** So many messages are read at once. */
const PAGE = 50;

const keyOf = (meeting: Meeting) => ["meeting-messages", meeting.code];

/** The messages, newest first. For those who have taken part. */
export function useMessages(meeting: Meeting) {
  return usePages(keyOf(meeting), PAGE, (page) => api.chat.listMessages(meeting.id, page));
}

/** Deletes one of them for good. */
export function useDeleteMessage(meeting: Meeting, onDeleted: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.chat.deleteMessage(meeting.id, id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keyOf(meeting) });
      onDeleted();
    },
  });
}
