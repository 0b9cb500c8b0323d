// What I was told: the latest for the bell, all of it page by page, and noting that it was read.
import type { AppNotification, NotificationPage } from "@open-meeting/client";
import {
  useMutation,
  useQuery,
  useQueryClient,
  type InfiniteData,
  type QueryClient,
} from "@tanstack/react-query";
import { api } from "../../app/api.ts";
import { usePages } from "../../hooks/use-pages.ts";
import { LATEST, withRead } from "./notification.ts";

/** Everything about notifications. */
export const NOTIFICATIONS_KEY = ["notifications"] as const;
/** The latest, and how many of all were not read. */
export const LATEST_KEY = ["notifications", "latest"] as const;
const PAGES_KEY = ["notifications", "pages"] as const;

/** The latest. While the server is not heard, it is asked from time to time. */
export function useLatest(heard: boolean) {
  return useQuery({
    queryKey: LATEST_KEY,
    queryFn: () => api.notifications.list({ limit: LATEST }),
    refetchInterval: heard ? false : 60_000,
  });
}

/** All, or those that were not read, newest first. */
export function useNotificationPages(unreadOnly: boolean) {
  return usePages([...PAGES_KEY, unreadOnly], 20, (page) =>
    api.notifications.list({ ...page, ...(unreadOnly ? { unread_only: true } : {}) }),
  );
}

/** Notes that one was read; it is shown at once. */
export function useMarkRead() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id }: AppNotification) => api.notifications.markRead(id),
    onMutate: ({ id }) => showRead(client, id),
    onError: () => client.invalidateQueries({ queryKey: NOTIFICATIONS_KEY }),
  });
}

/** Notes that all were read. */
export function useMarkAllRead() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.notifications.markAllRead(),
    onSuccess: () => showRead(client, null),
  });
}

/** Shows everywhere that one, or with `null` all, were read. */
function showRead(client: QueryClient, id: string | null): void {
  const at = new Date().toISOString();
  client.setQueryData<NotificationPage>(LATEST_KEY, (page) => page && withRead(page, id, at));
  client.setQueriesData<InfiniteData<NotificationPage>>(
    { queryKey: PAGES_KEY },
    (list) => list && { ...list, pages: list.pages.map((page) => withRead(page, id, at)) },
  );
}
