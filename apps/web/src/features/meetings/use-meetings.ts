// My meetings, page by page, and which of them are shown. The filters live in the address.
import type { MeetingStatus } from "@open-meeting/client";
import { api } from "../../app/api.ts";
import { type PageRequest, usePages } from "../../hooks/use-pages.ts";

/** The states that the dashboard offers. */
export const FILTERS = ["all", "live", "scheduled", "ended"] as const;
export type Filter = (typeof FILTERS)[number];

/** What I can be in a meeting. */
export const ROLE_FILTERS = ["host", "participant", "invited"] as const;

/** Which meetings are shown. */
export interface MeetingFilters {
  /** Words in title or description. */
  q?: string;
  status?: MeetingStatus;
  /** What I am in them. */
  role?: (typeof ROLE_FILTERS)[number];
}

/** The longest text that is searched for. */
export const MAX_QUERY = 100;

/** Reads a state from the address; anything unknown is `all`. */
export function readFilter(value: string | null): Filter {
  return FILTERS.find((filter) => filter === value) ?? "all";
}

/** The filters of an address; what is unknown counts as no filter. */
export function readMeetingFilters(search: URLSearchParams): MeetingFilters {
  const q = search.get("q")?.trim().slice(0, MAX_QUERY);
  const status = readFilter(search.get("status"));
  const role = ROLE_FILTERS.find((known) => known === search.get("role"));
  return {
    ...(q ? { q } : {}),
    ...(status === "all" ? {} : { status: status satisfies MeetingStatus }),
    ...(role ? { role } : {}),
  };
}

/** The meetings that pass the filters, newest first. */
export function useMeetings(filters: MeetingFilters) {
  const read = (page: PageRequest) => api.listMeetings({ ...filters, ...page });
  return usePages(["meetings", "list", filters], 20, read, { keepPrevious: true });
}
