// What administrators did, and what concerns the safety of accounts.
import { Button, Stack } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { EmptyState } from "../../../components/EmptyState.tsx";
import { ErrorState } from "../../../components/ErrorState.tsx";
import { useTitle } from "../../../hooks/use-title.ts";
import { AuditFilters } from "./AuditFilters.tsx";
import { AuditTable, AuditTableSkeleton } from "./AuditTable.tsx";
import { readAuditFilters, useAuditLog } from "./use-audit-log.ts";

export function AuditLogPage() {
  const { t } = useTranslation();
  useTitle(t("admin.auditLog"));
  const [search] = useSearchParams();
  const filters = readAuditFilters(search);
  const log = useAuditLog(filters);
  const items = log.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Stack gap="md">
      <AuditFilters userId={filters.user_id ?? null} action={filters.action ?? ""} />
      {log.isPending ? <AuditTableSkeleton /> : null}
      {log.isError && items.length === 0 ? (
        <ErrorState
          title={t("audit.failed")}
          error={log.error}
          onRetry={() => void log.refetch()}
          retrying={log.isFetching}
        />
      ) : null}
      {log.isSuccess && items.length === 0 ? (
        <EmptyState
          icon={<IconHistory size={30} stroke={1.5} />}
          title={t("audit.emptyTitle")}
          text={t("audit.emptyText")}
        >
          <Button variant="default" component={Link} to="/admin/audit-log">
            {t("audit.clear")}
          </Button>
        </EmptyState>
      ) : null}
      {items.length > 0 ? <AuditTable entries={items} /> : null}
      {log.hasNextPage && items.length > 0 ? (
        <Button
          variant="default"
          mx="auto"
          loading={log.isFetchingNextPage}
          onClick={() => void log.fetchNextPage()}
        >
          {t("common.more")}
        </Button>
      ) : null}
    </Stack>
  );
}
