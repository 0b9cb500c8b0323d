// API keys for administrators, page by page.
import type { ApiKey, NewApiKey } from "@open-meeting/client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../app/api.ts";
import { type PageRequest, usePages } from "../../../hooks/use-pages.ts";

const KEY = ["admin", "api-keys"] as const;

/** All keys, newest first. */
export function useApiKeys() {
  return usePages([...KEY, "pages"], 25, (page: PageRequest) => api.integration.listApiKeys(page));
}

/** The names of the newest hundred keys, by identifier. */
export function useApiKeyNames(): ReadonlyMap<string, string> {
  const keys = useQuery({
    queryKey: [...KEY, "names"],
    queryFn: () => api.integration.listApiKeys({ limit: 100 }),
    staleTime: 60_000,
    select: ({ items }) => new Map(items.map(({ id, name }) => [id, name])),
  });
  return keys.data ?? NONE;
}

const NONE: ReadonlyMap<string, string> = new Map();

/** Makes a key; the list shows it at once. */
export function useCreateApiKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (key: NewApiKey) => api.integration.createApiKey(key),
    onSuccess: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

/** Revokes a key; the list shows it at once. */
export function useRevokeApiKey(onDone: (key: ApiKey) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.integration.revokeApiKey(id),
    onSuccess: async (key) => {
      onDone(key);
      await client.invalidateQueries({ queryKey: KEY });
    },
  });
}
