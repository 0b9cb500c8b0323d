// My meetings, page by page.
import type { MeetingStatus } from "@open-meeting/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { api } from "../../app/api.ts";

/** The filters that the dashboard offers. */
export const FILTERS = ["all", "live", "scheduled", "ended"] as const;
export type Filter = (typeof FILTERS)[number];

/** Reads a filter from the address; anything unknown is `all`. */
export function readFilter(value: string | null): Filter {
  return FILTERS.find((filter) => filter === value) ?? "all";
}

const PAGE_SIZE = 20;

/** The meetings that pass a filter, newest first. */
export function useMeetings(filter: Filter) {
  return useInfiniteQuery({
    queryKey: ["meetings", filter],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      api.listMeetings({
        limit: PAGE_SIZE,
        ...(pageParam === null ? {} : { cursor: pageParam }),
        ...(filter === "all" ? {} : { status: filter satisfies MeetingStatus }),
      }),
    getNextPageParam: (page) => page.next_cursor ?? null,
    refetchOnMount: "always",
  });
}
