// The audit log, page by page.
import type { AuditQuery } from "@open-meeting/client";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { api } from "../../../app/api.ts";
import { ACTIONS } from "./audit-sentence.ts";

const PAGE_SIZE = 50;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The filters of an address; what is unknown counts as no filter. */
export function readAuditFilters(search: URLSearchParams): Pick<AuditQuery, "user_id" | "action"> {
  const userId = search.get("user_id");
  const action = ACTIONS.find((known) => known === search.get("action"));
  return {
    ...(userId !== null && ID.test(userId) ? { user_id: userId } : {}),
    ...(action ? { action } : {}),
  };
}

/** The entries that pass the filters, newest first. */
export function useAuditLog(filters: Pick<AuditQuery, "user_id" | "action">) {
  return useInfiniteQuery({
    queryKey: ["admin", "audit-log", filters],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      api.admin.readAuditLog({
        ...filters,
        limit: PAGE_SIZE,
        ...(pageParam === null ? {} : { cursor: pageParam }),
      }),
    getNextPageParam: (page) => page.next_cursor ?? null,
    placeholderData: keepPreviousData,
    refetchOnMount: "always",
  });
}
