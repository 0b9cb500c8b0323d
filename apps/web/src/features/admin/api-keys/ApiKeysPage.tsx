// The keys with which other backends use this server: making and revoking them.
import { Button, Group, Stack, Text } from "@mantine/core";
import type { ApiKey } from "@open-meeting/client";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ConfirmDialog } from "../../../components/ConfirmDialog.tsx";
import { Done } from "../../../components/Done.tsx";
import { EmptyState } from "../../../components/EmptyState.tsx";
import { ErrorState } from "../../../components/ErrorState.tsx";
import { useTitle } from "../../../hooks/use-title.ts";
import { ApiKeysTable, ApiKeysTableSkeleton } from "./ApiKeysTable.tsx";
import { NewApiKeyDialog } from "./NewApiKeyDialog.tsx";
import { useApiKeys, useRevokeApiKey } from "./use-api-keys.ts";

export function ApiKeysPage() {
  const { t } = useTranslation();
  useTitle(t("apiKeys.title"));
  const keys = useApiKeys();
  const items = keys.data?.pages.flatMap((page) => page.items) ?? [];
  const [making, setMaking] = useState(false);
  const [asked, setAsked] = useState<ApiKey | null>(null);
  const [asking, setAsking] = useState(false);
  const [revoked, setRevoked] = useState<string | null>(null);
  const revoke = useRevokeApiKey((key) => {
    setAsking(false);
    setRevoked(key.name);
  });
  const create = (
    <Button
      leftSection={<IconPlus size={18} />}
      onClick={() => {
        setRevoked(null);
        setMaking(true);
      }}
    >
      {t("apiKeys.create")}
    </Button>
  );
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-end">
        <Text c="dimmed" maw={620}>
          {t("apiKeys.text")}
        </Text>
        {items.length > 0 ? create : null}
      </Group>
      <Done>{revoked === null ? null : t("apiKeys.revokedDone", { name: revoked })}</Done>
      {keys.isPending ? <ApiKeysTableSkeleton /> : null}
      {keys.isError && items.length === 0 ? (
        <ErrorState
          title={t("apiKeys.failed")}
          error={keys.error}
          onRetry={() => void keys.refetch()}
          retrying={keys.isFetching}
        />
      ) : null}
      {keys.isSuccess && items.length === 0 ? (
        <EmptyState
          icon={<IconKey size={30} stroke={1.5} />}
          title={t("apiKeys.emptyTitle")}
          text={t("apiKeys.emptyText")}
        >
          {create}
        </EmptyState>
      ) : null}
      {items.length > 0 ? (
        <ApiKeysTable
          keys={items}
          onRevoke={(key) => {
            revoke.reset();
            setRevoked(null);
            setAsked(key);
            setAsking(true);
          }}
        />
      ) : null}
      {keys.hasNextPage && items.length > 0 ? (
        <Button
          variant="default"
          mx="auto"
          loading={keys.isFetchingNextPage}
          onClick={() => void keys.fetchNextPage()}
        >
          {t("common.more")}
        </Button>
      ) : null}
      <NewApiKeyDialog opened={making} onClose={() => setMaking(false)} />
      <ConfirmDialog
        opened={asking}
        title={t("apiKeys.revokeTitle", { name: asked?.name ?? "" })}
        text={t("apiKeys.revokeText")}
        action={t("apiKeys.revokeSubmit")}
        danger
        error={revoke.error}
        pending={revoke.isPending}
        onConfirm={() => {
          if (asked) revoke.mutate(asked.id);
        }}
        onClose={() => setAsking(false)}
      />
    </Stack>
  );
}
