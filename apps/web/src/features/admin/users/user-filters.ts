// Which accounts are shown. The filters live in the address.
import type { UserQuery, UserRole, UserStatus } from "@open-meeting/client";

export const STATUSES = ["active", "banned", "closing", "deleted"] as const satisfies readonly UserStatus[];
export const ROLES = ["user", "admin"] as const satisfies readonly UserRole[];

/** The longest text that is searched for. */
export const MAX_QUERY = 100;

/** The filters of an address; what is unknown counts as no filter. */
export function readFilters(search: URLSearchParams): Pick<UserQuery, "query" | "status" | "role"> {
  const query = search.get("query")?.trim().slice(0, MAX_QUERY);
  const status = STATUSES.find((known) => known === search.get("status"));
  const role = ROLES.find((known) => known === search.get("role"));
  return { ...(query ? { query } : {}), ...(status ? { status } : {}), ...(role ? { role } : {}) };
}
