// My meetings, page by page.
import type { MeetingStatus } from "@open-meeting/client";
import { api } from "../../app/api.ts";
import { type PageRequest, usePages } from "../../hooks/use-pages.ts";

/** The filters that the dashboard offers. */
export const FILTERS = ["all", "live", "scheduled", "ended"] as const;
export type Filter = (typeof FILTERS)[number];

/** Reads a filter from the address; anything unknown is `all`. */
export function readFilter(value: string | null): Filter {
  return FILTERS.find((filter) => filter === value) ?? "all";
}

/** The meetings that pass a filter, newest first. */
export function useMeetings(filter: Filter) {
  const status = filter === "all" ? {} : { status: filter satisfies MeetingStatus };
  return usePages(["meetings", filter], 20, (page: PageRequest) => api.listMeetings({ ...status, ...page }));
}
