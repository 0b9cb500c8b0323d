// The table of webhooks and its placeholder.
import { Anchor, Skeleton, Text } from "@mantine/core";
import type { Webhook } from "@open-meeting/client";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { When } from "../../../components/When.tsx";
import { useApiKeyNames } from "../api-keys/use-api-keys.ts";
import table from "../Table.module.css";
import { eventName } from "./event-name.ts";
import { shortUrl } from "./webhook-form.ts";
import classes from "./Webhooks.module.css";
import { WebhookState } from "./WebhookState.tsx";

export function WebhooksTable({ webhooks }: { webhooks: readonly Webhook[] }) {
  const { t } = useTranslation();
  return (
    <div className={table.frame}>
      <table className={table.table} aria-label={t("webhooks.title")}>
        <thead>
          <tr>
            <th scope="col">{t("webhooks.url")}</th>
            <th scope="col">{t("webhooks.state")}</th>
            <th scope="col" className={table.wide}>
              {t("webhooks.owner")}
            </th>
            <th scope="col" className={table.wide}>
              {t("webhooks.created")}
            </th>
          </tr>
        </thead>
        <tbody>
          {webhooks.map((webhook) => (
            <WebhookRow key={webhook.id} webhook={webhook} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function WebhookRow({ webhook }: { webhook: Webhook }) {
  const { host, path } = shortUrl(webhook.url);
  return (
    <tr data-testid="webhook">
      <td>
        <Anchor
          component={Link}
          to={`/admin/webhooks/${webhook.id}`}
          c="inherit"
          className={classes.url ?? ""}
        >
          <strong>{host}</strong>
          <span>{path}</span>
        </Anchor>
        <Text size="sm" c="dimmed">
          <EventList events={webhook.events} />
        </Text>
      </td>
      <td className={table.short}>
        <WebhookState webhook={webhook} />
      </td>
      <td className={table.wide}>
        <Owner webhook={webhook} />
      </td>
      <td className={table.wide}>
        <When time={webhook.created_at} />
      </td>
    </tr>
  );
}

/** What a webhook is told of. */
export function EventList({ events }: { events: readonly string[] }) {
  const { t } = useTranslation();
  if (events.includes("*")) return t("webhooks.all");
  return events.map((event) => eventName(t, event)).join(t("webhooks.separator"));
}

/** Whose a webhook is. */
export function Owner({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const names = useApiKeyNames();
  const { api_key_id } = webhook;
  if (api_key_id === null) return t("webhooks.administrators");
  return t("webhooks.apiKey", { name: names.get(api_key_id) ?? api_key_id.slice(0, 8) });
}

export function WebhooksTableSkeleton() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("common.loading")} className={table.frame}>
      {[44, 58, 38, 50].map((width) => (
        <div key={width} className={classes.placeholder}>
          <div className={classes.what}>
            <Skeleton height={16} width={`${width}%`} mb={10} />
            <Skeleton height={12} width={`${width - 12}%`} />
          </div>
          <Skeleton height={20} width={56} />
        </div>
      ))}
    </div>
  );
}
