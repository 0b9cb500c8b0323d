// The table of API keys and its placeholder.
import { Badge, Button, Code, Skeleton, Text } from "@mantine/core";
import type { ApiKey } from "@open-meeting/client";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { When } from "../../../components/When.tsx";
import { useNow } from "../../../hooks/use-now.ts";
import table from "../Table.module.css";
import { SCOPE_TEXTS, SCOPES, stateOf } from "./api-key-form.ts";
import classes from "./ApiKeysTable.module.css";

const COLORS = { active: "teal", revoked: "red", expired: "gray" } as const;

interface ApiKeysTableProps {
  keys: readonly ApiKey[];
  onRevoke: (key: ApiKey) => void;
}

export function ApiKeysTable({ keys, onRevoke }: ApiKeysTableProps) {
  const { t } = useTranslation();
  return (
    <div className={table.frame}>
      <table className={`${table.table} ${table.stacked}`} aria-label={t("apiKeys.title")}>
        <thead>
          <tr>
            <th scope="col">{t("apiKeys.name")}</th>
            <th scope="col">{t("apiKeys.state")}</th>
            <th scope="col" className={table.wide}>
              {t("apiKeys.lastUsed")}
            </th>
            <th scope="col" className={table.wide}>
              {t("apiKeys.created")}
            </th>
            <th scope="col">
              <span className="visually-hidden">{t("apiKeys.actions")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <ApiKeyRow key={key.id} apiKey={key} onRevoke={onRevoke} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ApiKeyRow({ apiKey, onRevoke }: { apiKey: ApiKey; onRevoke: (key: ApiKey) => void }) {
  const { t } = useTranslation();
  const state = stateOf(apiKey, useNow(30_000));
  const { name } = apiKey;
  return (
    <tr data-testid="api-key" data-state={state}>
      <td>
        <Text fw={600} inherit>
          {name}
        </Text>
        <Text size="sm" c="dimmed" component="div" className={classes.facts}>
          <Code>{apiKey.prefix}…</Code>
          <span>{apiKey.scopes.map((scope) => scopeName(scope, t)).join(t("apiKeys.separator"))}</span>
        </Text>
      </td>
      <td>
        <Badge color={COLORS[state]} variant="light" className={classes.badge ?? ""}>
          {t(`apiKeys.states.${state}`)}
        </Badge>
        {state === "active" ? (
          <Text size="sm" c="dimmed">
            {apiKey.expires_at ? (
              <>
                {t("apiKeys.until")} <When time={apiKey.expires_at} />
              </>
            ) : (
              t("apiKeys.forEver")
            )}
          </Text>
        ) : null}
      </td>
      <td className={table.wide}>
        {apiKey.last_used_at ? <When time={apiKey.last_used_at} /> : t("apiKeys.never")}
      </td>
      <td className={table.wide}>
        <When time={apiKey.created_at} />
      </td>
      <td className={classes.actions}>
        {state === "active" ? (
          <Button
            variant="light"
            color="red"
            size="xs"
            onClick={() => onRevoke(apiKey)}
            aria-label={t("apiKeys.revokeOf", { name })}
          >
            {t("apiKeys.revoke")}
          </Button>
        ) : null}
      </td>
    </tr>
  );
}

/** What a scope is called; a newer server may know more than this page. */
function scopeName(scope: string, t: TFunction): string {
  const known = SCOPES.find((each) => each === scope);
  return known ? t(`apiKeys.scope.${SCOPE_TEXTS[known]}.name`) : scope;
}

export function ApiKeysTableSkeleton() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("common.loading")} className={table.frame}>
      {[32, 46, 38, 52].map((width) => (
        <div key={width} className={classes.placeholder}>
          <div className={classes.what}>
            <Skeleton height={16} width={`${width}%`} mb={10} />
            <Skeleton height={12} width={`${width + 20}%`} />
          </div>
          <Skeleton height={20} width={72} />
        </div>
      ))}
    </div>
  );
}
