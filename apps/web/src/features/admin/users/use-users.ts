// Accounts for administrators, page by page.
import type { UserQuery } from "@open-meeting/client";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { api } from "../../../app/api.ts";

const PAGE_SIZE = 25;

/** The accounts that pass the filters, newest first. */
export function useUsers(filters: Pick<UserQuery, "query" | "status" | "role">) {
  return useInfiniteQuery({
    queryKey: ["admin", "users", filters],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      api.admin.searchUsers({
        ...filters,
        limit: PAGE_SIZE,
        ...(pageParam === null ? {} : { cursor: pageParam }),
      }),
    getNextPageParam: (page) => page.next_cursor ?? null,
    // The table stays while somebody types.
    placeholderData: keepPreviousData,
    refetchOnMount: "always",
  });
}
