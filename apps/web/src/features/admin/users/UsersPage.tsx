// Every account of the server: searching and filtering them.
import { Button, Stack } from "@mantine/core";
import { IconUsers } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { EmptyState } from "../../../components/EmptyState.tsx";
import { ErrorState } from "../../../components/ErrorState.tsx";
import { useTitle } from "../../../hooks/use-title.ts";
import { UserFilters } from "./UserFilters.tsx";
import { readFilters } from "./user-filters.ts";
import { UsersTable, UsersTableSkeleton } from "./UsersTable.tsx";
import { useUsers } from "./use-users.ts";

export function UsersPage() {
  const { t } = useTranslation();
  useTitle(t("admin.users"));
  const [search] = useSearchParams();
  const users = useUsers(readFilters(search));
  const items = users.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Stack gap="md">
      <UserFilters />
      {users.isPending ? <UsersTableSkeleton /> : null}
      {users.isError && items.length === 0 ? (
        <ErrorState
          title={t("adminUsers.failed")}
          error={users.error}
          onRetry={() => void users.refetch()}
          retrying={users.isFetching}
        />
      ) : null}
      {users.isSuccess && items.length === 0 ? (
        <EmptyState
          icon={<IconUsers size={30} stroke={1.5} />}
          title={t("adminUsers.emptyTitle")}
          text={t("adminUsers.emptyText")}
        >
          <Button variant="default" component={Link} to="/admin/users">
            {t("adminUsers.clear")}
          </Button>
        </EmptyState>
      ) : null}
      {items.length > 0 ? <UsersTable users={items} /> : null}
      {users.hasNextPage && items.length > 0 ? (
        <Button
          variant="default"
          mx="auto"
          loading={users.isFetchingNextPage}
          onClick={() => void users.fetchNextPage()}
        >
          {t("common.more")}
        </Button>
      ) : null}
    </Stack>
  );
}
