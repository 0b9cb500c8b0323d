// One webhook: what is known of it, what can be done about it, and what was told to it.
import { Anchor, Group, Paper, Skeleton, Stack, Title } from "@mantine/core";
import { ApiError, type Webhook } from "@open-meeting/client";
import { IconArrowLeft } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { ErrorState } from "../../../components/ErrorState.tsx";
import { When } from "../../../components/When.tsx";
import { useTitle } from "../../../hooks/use-title.ts";
import { DeliveryLog } from "./DeliveryLog.tsx";
import { useWebhook } from "./use-webhooks.ts";
import { shortUrl } from "./webhook-form.ts";
import { WebhookActions } from "./WebhookActions.tsx";
import classes from "./Webhooks.module.css";
import { WebhookState } from "./WebhookState.tsx";
import { EventList, Owner } from "./WebhooksTable.tsx";

export function WebhookPage() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const webhook = useWebhook(id);
  useTitle(webhook.data ? shortUrl(webhook.data.url).host : t("webhooks.title"));
  const gone = webhook.error instanceof ApiError && webhook.error.status === 404;
  return (
    <Stack gap="lg">
      <Anchor component={Link} to="/admin/webhooks" size="sm">
        <Group gap={6}>
          <IconArrowLeft size={16} aria-hidden />
          {t("webhooks.back")}
        </Group>
      </Anchor>
      {webhook.isPending ? (
        <Stack role="status" aria-label={t("common.loading")} gap="lg">
          <Skeleton height={24} width="60%" />
          <Skeleton height={120} radius="lg" />
          <Skeleton height={220} radius="lg" />
        </Stack>
      ) : null}
      {webhook.isError && !webhook.data ? (
        <ErrorState
          title={gone ? t("webhooks.notFound") : t("webhooks.readFailed")}
          error={webhook.error}
          {...(gone ? {} : { onRetry: () => void webhook.refetch() })}
          retrying={webhook.isFetching}
        />
      ) : null}
      {webhook.data ? <WebhookDetails webhook={webhook.data} /> : null}
    </Stack>
  );
}

function WebhookDetails({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const { host, path } = shortUrl(webhook.url);
  return (
    <>
      <Group gap="sm">
        <Title order={2} size="h3" className={classes.url ?? ""} fw={400}>
          <strong>{host}</strong>
          <span>{path}</span>
        </Title>
        <WebhookState webhook={webhook} />
      </Group>
      <Paper withBorder radius="lg" component="dl" className={classes.facts}>
        <Fact name={t("webhooks.events")}>
          <EventList events={webhook.events} />
        </Fact>
        <Fact name={t("webhooks.owner")}>
          <Owner webhook={webhook} />
        </Fact>
        <Fact name={t("webhooks.created")}>
          <When time={webhook.created_at} />
        </Fact>
        {webhook.disabled_at ? (
          <Fact name={t("webhooks.disabledSince")}>
            <When time={webhook.disabled_at} />
          </Fact>
        ) : null}
      </Paper>
      <WebhookActions webhook={webhook} />
      <DeliveryLog webhook={webhook} />
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
