// What was, or is to be, told to a webhook, and what became of it.
import { Badge, Button, NativeSelect, Skeleton, Text } from "@mantine/core";
import type { Webhook, WebhookDelivery } from "@open-meeting/client";
import { IconSend } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { Card } from "../../../components/Card.tsx";
import { EmptyState } from "../../../components/EmptyState.tsx";
import { ErrorState } from "../../../components/ErrorState.tsx";
import { FormError } from "../../../components/FormError.tsx";
import { When } from "../../../components/When.tsx";
import table from "../Table.module.css";
import { withFilter } from "../../../hooks/use-address-filters.ts";
import { eventName } from "./event-name.ts";
import { problemText } from "./problem-text.ts";
import { useDeliveries, useRedeliver } from "./use-webhooks.ts";
import { DELIVERY_STATUSES, readStatus } from "./webhook-form.ts";
import classes from "./Webhooks.module.css";

const COLORS = { pending: "yellow", delivered: "teal", failed: "red" } as const;

export function DeliveryLog({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const status = readStatus(search);
  const log = useDeliveries(webhook.id, status);
  const redeliver = useRedeliver(webhook.id);
  const items = log.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card title={t("deliveries.title")} text={t("deliveries.text")}>
      <NativeSelect
        label={t("deliveries.filter")}
        maw={220}
        value={status ?? ""}
        onChange={({ currentTarget: { value } }) =>
          setSearch((present) => withFilter(present, "status", value), { replace: true })
        }
        data={[
          { value: "", label: t("deliveries.all") },
          ...DELIVERY_STATUSES.map((value) => ({ value, label: t(`deliveries.states.${value}`) })),
        ]}
      />
      <FormError error={redeliver.error} />
      {log.isPending ? <DeliveriesSkeleton /> : null}
      {log.isError && items.length === 0 ? (
        <ErrorState
          title={t("deliveries.failed")}
          error={log.error}
          onRetry={() => void log.refetch()}
          retrying={log.isFetching}
        />
      ) : null}
      {log.isSuccess && items.length === 0 ? (
        <EmptyState
          icon={<IconSend size={30} stroke={1.5} />}
          title={t(status === null ? "deliveries.emptyTitle" : "deliveries.filteredTitle")}
          text={t(status === null ? "deliveries.emptyText" : "deliveries.filteredText")}
        >
          {status === null ? null : (
            <Button variant="default" component={Link} to={`/admin/webhooks/${webhook.id}`} replace>
              {t("deliveries.clear")}
            </Button>
          )}
        </EmptyState>
      ) : null}
      {items.length > 0 ? (
        <div className={table.frame}>
          <table className={`${table.table} ${table.stacked}`} aria-label={t("deliveries.title")}>
            <thead>
              <tr>
                <th scope="col">{t("deliveries.what")}</th>
                <th scope="col">{t("deliveries.state")}</th>
                <th scope="col" className={table.wide}>
                  {t("deliveries.attempts")}
                </th>
                <th scope="col" className={table.wide}>
                  {t("deliveries.response")}
                </th>
                <th scope="col">
                  <span className="visually-hidden">{t("deliveries.actions")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map((delivery) => (
                <DeliveryRow
                  key={delivery.id}
                  delivery={delivery}
                  sendable={webhook.enabled && delivery.status !== "pending"}
                  sending={redeliver.isPending && redeliver.variables.id === delivery.id}
                  onSend={() => redeliver.mutate(delivery)}
                />
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
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
    </Card>
  );
}

interface DeliveryRowProps {
  delivery: WebhookDelivery;
  sendable: boolean;
  sending: boolean;
  onSend: () => void;
}

function DeliveryRow({ delivery, sendable, sending, onSend }: DeliveryRowProps) {
  const { t } = useTranslation();
  const name = eventName(t, delivery.type);
  const problem = problemText(t, delivery);
  return (
    <tr data-testid="delivery" data-status={delivery.status}>
      <td>
        <Text fw={600} inherit>
          {name}
        </Text>
        <Text size="sm" c="dimmed" component="div">
          <When time={delivery.created_at} />
        </Text>
      </td>
      <td>
        <Badge color={COLORS[delivery.status]} variant="light" w="max-content" maw="none">
          {t(`deliveries.states.${delivery.status}`)}
        </Badge>
        {problem && delivery.status !== "delivered" ? (
          <Text size="sm" c="dimmed" mt={2}>
            {problem}
          </Text>
        ) : null}
        <Text size="sm" c="dimmed" hiddenFrom="sm">
          {t("deliveries.attemptCount", { count: delivery.attempts })}
        </Text>
        {delivery.next_attempt_at && delivery.attempts > 0 ? (
          <Text size="sm" c="dimmed">
            {t("deliveries.next")} <When time={delivery.next_attempt_at} />
          </Text>
        ) : null}
      </td>
      <td className={table.wide}>{delivery.attempts}</td>
      <td className={table.wide}>{delivery.response_status ?? t("deliveries.none")}</td>
      <td className={classes.last}>
        {sendable ? (
          <Button
            variant="default"
            size="xs"
            loading={sending}
            onClick={onSend}
            aria-label={t("deliveries.redeliverOf", { name })}
          >
            {t("deliveries.redeliver")}
          </Button>
        ) : null}
      </td>
    </tr>
  );
}

function DeliveriesSkeleton() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("common.loading")} className={table.frame}>
      {[34, 42, 30, 38].map((width) => (
        <div key={width} className={classes.placeholder}>
          <div className={classes.what}>
            <Skeleton height={16} width={`${width}%`} mb={10} />
            <Skeleton height={12} width={`${width - 12}%`} />
          </div>
          <Skeleton height={20} width={72} />
        </div>
      ))}
    </div>
  );
}
