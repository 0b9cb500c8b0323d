// Whether a webhook is told anything, as a mark.
import { Badge } from "@mantine/core";
import type { Webhook } from "@open-meeting/client";
import { useTranslation } from "react-i18next";

/** On, switched off by somebody, or off since the receiver said that it is gone. */
export function webhookState(webhook: Pick<Webhook, "enabled" | "disabled_reason">): "on" | "off" | "gone" {
  if (webhook.enabled) return "on";
  return webhook.disabled_reason === "gone" ? "gone" : "off";
}

const COLORS = { on: "teal", off: "gray", gone: "red" } as const;

export function WebhookState({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const state = webhookState(webhook);
  return (
    <Badge color={COLORS[state]} variant="light" w="max-content" maw="none">
      {t(`webhooks.states.${state}`)}
    </Badge>
  );
}
