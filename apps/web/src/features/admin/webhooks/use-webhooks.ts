// Webhooks for administrators, what was told to them, and what can be done about either.
import type {
  DeliveryStatus,
  NewWebhook,
  Webhook,
  WebhookChange,
  WebhookDelivery,
} from "@open-meeting/client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../app/api.ts";
import { type PageRequest, usePages } from "../../../hooks/use-pages.ts";

const KEY = ["admin", "webhooks"] as const;
const keyOf = (id: string) => ["admin", "webhook", id] as const;

/** How often what is on its way is looked at, in milliseconds. */
const WATCH_MS = 1_000;
/** How often what waits for its next attempt is looked at, in milliseconds. */
const WAIT_MS = 10_000;

/** All webhooks, newest first. */
export function useWebhooks() {
  return usePages(KEY, 25, (page: PageRequest) => api.integration.listWebhooks(page));
}

/** One webhook. */
export function useWebhook(id: string) {
  return useQuery({ queryKey: keyOf(id), queryFn: () => api.integration.readWebhook(id) });
}

/** Registers a webhook; the list shows it at once. */
export function useCreateWebhook() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (webhook: NewWebhook) => api.integration.createWebhook(webhook),
    onSuccess: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

/** Changes a webhook, and shows it as it is afterwards. */
export function useChangeWebhook(id: string, onDone: (webhook: Webhook) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: WebhookChange) => api.integration.changeWebhook(id, change),
    onSuccess: (webhook) => {
      client.setQueryData(keyOf(id), webhook);
      onDone(webhook);
      void client.invalidateQueries({ queryKey: KEY });
      void client.invalidateQueries({ queryKey: [...keyOf(id), "deliveries"] });
    },
  });
}

/** Deletes a webhook. */
export function useDeleteWebhook(id: string, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.integration.deleteWebhook(id),
    onSuccess: () => {
      onDone();
      client.removeQueries({ queryKey: keyOf(id) });
      void client.invalidateQueries({ queryKey: KEY });
    },
  });
}

/** What was, or is to be, told to a webhook, newest first. Looked at again while something is on its way. */
export function useDeliveries(id: string, status: DeliveryStatus | null) {
  const filter = status === null ? {} : { status };
  const read = (page: PageRequest) => api.integration.listDeliveries(id, { ...filter, ...page });
  return usePages([...keyOf(id), "deliveries", filter], 25, read, {
    keepPrevious: true,
    refetchInterval: (pages) => {
      const pending = pages.flatMap(({ items }) => items).filter((each) => each.status === "pending");
      if (pending.length === 0) return false;
      return pending.some((each) => each.attempts === 0) ? WATCH_MS : WAIT_MS;
    },
  });
}

/** Tries a webhook out. `data` is the delivery as it is, once an attempt has ended. */
export function useTestWebhook(id: string) {
  const client = useQueryClient();
  const test = useMutation({
    mutationFn: () => api.integration.testWebhook(id),
    onSuccess: () => client.invalidateQueries({ queryKey: [...keyOf(id), "deliveries"] }),
  });
  const sent = test.data?.id ?? null;
  const watched = useQuery({
    queryKey: [...keyOf(id), "test", sent],
    queryFn: async (): Promise<WebhookDelivery | null> => {
      const { items } = await api.integration.listDeliveries(id, { limit: 100 });
      return items.find((delivery) => delivery.id === sent) ?? null;
    },
    enabled: sent !== null,
    refetchInterval: (query) => (query.state.data && isTried(query.state.data) ? false : WATCH_MS),
  });
  const tried = watched.data && isTried(watched.data) ? watched.data : null;
  return {
    start: () => test.mutate(),
    reset: test.reset,
    pending: test.isPending || (sent !== null && tried === null && !watched.isError),
    error: test.error ?? watched.error,
    result: tried,
  };
}

/** Whether an attempt has ended, well or badly. */
function isTried(delivery: WebhookDelivery): boolean {
  return delivery.status !== "pending" || delivery.error !== null;
}

/** Sends a delivery again. */
export function useRedeliver(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (delivery: WebhookDelivery) => api.integration.redeliver(id, delivery.id),
    onSettled: () => client.invalidateQueries({ queryKey: [...keyOf(id), "deliveries"] }),
  });
}
