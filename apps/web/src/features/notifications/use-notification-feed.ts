// Keeps what is shown up to date with what the server tells, as long as the page can be seen.
import { NotificationFeed, type AppNotification, type NotificationPage } from "@open-meeting/client";
import { useQueryClient, type QueryClient, type QueryKey } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api } from "../../app/api.ts";
import { useDocumentVisible } from "../../hooks/use-document-visible.ts";
import { useStore } from "../../hooks/use-store.ts";
import { factsOf, withNew } from "./notification.ts";
import { LATEST_KEY, NOTIFICATIONS_KEY } from "./use-notifications.ts";

/**
 * Listens to the server; answers whether it is heard. A page that nobody sees does not listen, for the connections of a
 * browser to one server are few, and each tab would hold one.
 */
export function useNotificationFeed(): boolean {
  const client = useQueryClient();
  const visible = useDocumentVisible();
  const [feed] = useState(
    () =>
      new NotificationFeed({
        open: (signal) => api.notifications.openStream(signal),
        onEvent: (event) => {
          if (event.type === "created") take(client, event.notification);
          else void readAnew(client, NOTIFICATIONS_KEY);
        },
      }),
  );
  useEffect(() => {
    if (!visible) return;
    feed.start();
    // Whoever is back on the network need not wait for the next attempt.
    const restart = (): void => {
      feed.stop();
      feed.start();
    };
    window.addEventListener("online", restart);
    return () => {
      window.removeEventListener("online", restart);
      feed.stop();
    };
  }, [feed, visible]);
  return useStore(feed.connected);
}

/** Shows a new notification, and reads anew what it is about. */
export function take(client: QueryClient, notification: AppNotification): void {
  // An answer that is still under way may know nothing of it yet.
  if (client.isFetching({ queryKey: LATEST_KEY }) > 0) void readAnew(client, LATEST_KEY);
  client.setQueryData<NotificationPage>(LATEST_KEY, (page) => page && withNew(page, notification));
  void client.invalidateQueries({
    predicate: ({ queryKey: [first, second] }) =>
      (first === "notifications" && second !== "latest") || first === "meetings",
  });
  const { code } = factsOf(notification);
  if (code === null) return;
  void client.invalidateQueries({ queryKey: ["meeting", code] });
  void client.invalidateQueries({ queryKey: ["invitations", code] });
  void client.invalidateQueries({ queryKey: ["own-invitation", code] });
}

/** Reads anew, and waits for no answer that was asked for before: a query's first one is not given up otherwise. */
async function readAnew(client: QueryClient, queryKey: QueryKey): Promise<void> {
  await client.cancelQueries({ queryKey }, { revert: false });
  await client.invalidateQueries({ queryKey });
}
