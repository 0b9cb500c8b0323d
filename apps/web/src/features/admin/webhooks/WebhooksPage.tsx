// The addresses that are told what happens.
import { Button, Group, Stack, Text } from "@mantine/core";
import { IconPlus, IconWebhook } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";
import { Done } from "../../../components/Done.tsx";
import { EmptyState } from "../../../components/EmptyState.tsx";
import { ErrorState } from "../../../components/ErrorState.tsx";
import { useTitle } from "../../../hooks/use-title.ts";
import { NewWebhookDialog } from "./NewWebhookDialog.tsx";
import { useWebhooks } from "./use-webhooks.ts";
import { WebhooksTable, WebhooksTableSkeleton } from "./WebhooksTable.tsx";

export function WebhooksPage() {
  const { t } = useTranslation();
  useTitle(t("webhooks.title"));
  const { state } = useLocation() as { state: { deleted?: string } | null };
  const webhooks = useWebhooks();
  const items = webhooks.data?.pages.flatMap((page) => page.items) ?? [];
  const [making, setMaking] = useState(false);
  const create = (
    <Button leftSection={<IconPlus size={18} />} onClick={() => setMaking(true)}>
      {t("webhooks.create")}
    </Button>
  );
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-end">
        <Text c="dimmed" maw={620}>
          {t("webhooks.text")}
        </Text>
        {items.length > 0 ? create : null}
      </Group>
      <Done>{state?.deleted ? t("webhooks.deletedDone", { url: state.deleted }) : null}</Done>
      {webhooks.isPending ? <WebhooksTableSkeleton /> : null}
      {webhooks.isError && items.length === 0 ? (
        <ErrorState
          title={t("webhooks.failed")}
          error={webhooks.error}
          onRetry={() => void webhooks.refetch()}
          retrying={webhooks.isFetching}
        />
      ) : null}
      {webhooks.isSuccess && items.length === 0 ? (
        <EmptyState
          icon={<IconWebhook size={30} stroke={1.5} />}
          title={t("webhooks.emptyTitle")}
          text={t("webhooks.emptyText")}
        >
          {create}
        </EmptyState>
      ) : null}
      {items.length > 0 ? <WebhooksTable webhooks={items} /> : null}
      {webhooks.hasNextPage && items.length > 0 ? (
        <Button
          variant="default"
          mx="auto"
          loading={webhooks.isFetchingNextPage}
          onClick={() => void webhooks.fetchNextPage()}
        >
          {t("common.more")}
        </Button>
      ) : null}
      <NewWebhookDialog opened={making} onClose={() => setMaking(false)} />
    </Stack>
  );
}
