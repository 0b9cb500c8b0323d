// The audit log, page by page.
import type { AuditQuery } from "@open-meeting/client";
import { api } from "../../../app/api.ts";
import { usePages } from "../../../hooks/use-pages.ts";
import { ACTIONS } from "./audit-sentence.ts";

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
  const read = (page: AuditQuery) => api.admin.readAuditLog({ ...filters, ...page });
  return usePages(["admin", "audit-log", filters], 50, read, { keepPrevious: true });
}
