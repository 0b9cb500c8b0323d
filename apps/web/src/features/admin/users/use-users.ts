// Accounts for administrators, page by page.
import type { UserQuery } from "@open-meeting/client";
import { api } from "../../../app/api.ts";
import { usePages } from "../../../hooks/use-pages.ts";

/** The accounts that pass the filters, newest first. */
export function useUsers(filters: Pick<UserQuery, "query" | "status" | "role">) {
  const read = (page: UserQuery) => api.admin.searchUsers({ ...filters, ...page });
  return usePages(["admin", "users", filters], 25, read, { keepPrevious: true });
}
