// One account: what is known of it, and what can be done about it.
import { Anchor, Button, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { ApiError, type AdminUser } from "@open-meeting/client";
import { IconArrowLeft, IconHistory } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { ErrorState } from "../../../components/ErrorState.tsx";
import { PersonAvatar } from "../../../components/PersonAvatar.tsx";
import { useTitle } from "../../../hooks/use-title.ts";
import { StatusBadge } from "../StatusBadge.tsx";
import { useAdminUser } from "./use-admin-user.ts";
import { UserActions } from "./UserActions.tsx";
import { UserFacts } from "./UserFacts.tsx";
import { UserState } from "./UserState.tsx";

export function UserPage() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const user = useAdminUser(id);
  useTitle(user.data?.nickname ?? t("admin.users"));
  const gone = user.error instanceof ApiError && user.error.status === 404;
  return (
    <Stack gap="lg">
      <Anchor component={Link} to="/admin/users" size="sm">
        <Group gap={6}>
          <IconArrowLeft size={16} aria-hidden />
          {t("adminUser.back")}
        </Group>
      </Anchor>
      {user.isPending ? <UserSkeleton /> : null}
      {user.isError && !user.data ? (
        <ErrorState
          title={gone ? t("adminUser.notFound") : t("adminUser.failed")}
          error={user.error}
          {...(gone ? {} : { onRetry: () => void user.refetch() })}
          retrying={user.isFetching}
        />
      ) : null}
      {user.data ? <UserDetails user={user.data} /> : null}
    </Stack>
  );
}

function UserDetails({ user }: { user: AdminUser }) {
  const { t } = useTranslation();
  return (
    <>
      <Group justify="space-between">
        <Group gap="md" wrap="nowrap" miw={0}>
          <PersonAvatar id={user.id} name={user.nickname} url={user.avatar_url} size={64} />
          <div style={{ minWidth: 0 }}>
            <Group gap="sm">
              <Title order={2} size="h3">
                {user.nickname}
              </Title>
              <StatusBadge status={user.status} />
            </Group>
            <Text c="dimmed">@{user.username}</Text>
          </div>
        </Group>
        <Button
          variant="default"
          component={Link}
          to={`/admin/audit-log?user_id=${user.id}`}
          leftSection={<IconHistory size={18} stroke={1.6} />}
        >
          {t("adminUser.log")}
        </Button>
      </Group>
      <UserState user={user} />
      <UserFacts user={user} />
      <UserActions user={user} />
    </>
  );
}

function UserSkeleton() {
  const { t } = useTranslation();
  return (
    <Stack role="status" aria-label={t("common.loading")} gap="lg">
      <Group>
        <Skeleton height={64} circle />
        <div>
          <Skeleton height={22} width={180} mb={10} />
          <Skeleton height={14} width={120} />
        </div>
      </Group>
      <Skeleton height={200} radius="lg" />
    </Stack>
  );
}
