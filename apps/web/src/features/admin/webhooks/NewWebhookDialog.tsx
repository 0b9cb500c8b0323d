// Registering a webhook. Then the secret with which its deliveries are signed is shown, once.
import type { CreatedWebhook } from "@open-meeting/client";
import { useTranslation } from "react-i18next";
import { SecretDialog } from "../../../components/SecretDialog.tsx";
import { useCreateWebhook } from "./use-webhooks.ts";
import { EMPTY_WEBHOOK } from "./webhook-form.ts";
import { WebhookFields } from "./WebhookFields.tsx";

interface NewWebhookDialogProps {
  opened: boolean;
  onClose: () => void;
}

export function NewWebhookDialog({ opened, onClose }: NewWebhookDialogProps) {
  const { t } = useTranslation();
  return (
    <SecretDialog<CreatedWebhook>
      opened={opened}
      onClose={onClose}
      title={t("webhooks.createTitle")}
      told={({ secret }) => ({
        title: t("webhooks.createdTitle"),
        label: t("webhooks.secret"),
        secret,
        warning: t("webhooks.createdText"),
      })}
      form={(onCreated, onCancel) => <NewWebhookForm onCreated={onCreated} onCancel={onCancel} />}
    />
  );
}

interface NewWebhookFormProps {
  onCreated: (created: CreatedWebhook) => void;
  onCancel: () => void;
}

/** Made anew with every opening. */
function NewWebhookForm({ onCreated, onCancel }: NewWebhookFormProps) {
  const { t } = useTranslation();
  const create = useCreateWebhook();
  return (
    <WebhookFields
      initial={EMPTY_WEBHOOK}
      submitLabel={t("webhooks.submit")}
      pending={create.isPending}
      error={create.error}
      onSubmit={(webhook) => create.mutate(webhook, { onSuccess: onCreated })}
      onCancel={onCancel}
    />
  );
}
