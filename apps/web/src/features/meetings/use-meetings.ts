// My meetings, page by page, and which of them are shown. The filters live in the address.
import type { MeetingStatus } from "@open-meeting/client";
import { api } from "../../app/api.ts";
import { type PageRequest, usePages } from "../../hooks/use-pages.ts";

/** The states that the dashboard offers. */
export const FILTERS = ["all", "live", "scheduled", "ended"] as const;
export type Filter = (typeof FILTERS)[number];

/** Which meetings are shown. */
export interface MeetingFilters {
  status?: MeetingStatus;
}

/** Reads a state from the address; anything unknown is `all`. */
export function readFilter(value: string | null): Filter {
  return FILTERS.find((filter) => filter === value) ?? "all";
}

/** The filters of an address; what is unknown counts as no filter. */
export function readMeetingFilters(search: URLSearchParams): MeetingFilters {
  const status = readFilter(search.get("status"));
  return status === "all" ? {} : { status };
}

/** The meetings that pass the filters, newest first. */
export function useMeetings(filters: MeetingFilters) {
  const read = (page: PageRequest) => api.listMeetings({ ...filters, ...page });
  return usePages(["meetings", "list", filters], 20, read, { keepPrevious: true });
}
