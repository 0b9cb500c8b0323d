// Registering a webhook. Then the secret with which its deliveries are signed is shown, once.
import { Modal } from "@mantine/core";
import type { CreatedWebhook } from "@open-meeting/client";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Secret } from "../../../components/Secret.tsx";
import { useCreateWebhook } from "./use-webhooks.ts";
import { EMPTY_WEBHOOK } from "./webhook-form.ts";
import { WebhookFields } from "./WebhookFields.tsx";

interface NewWebhookDialogProps {
  opened: boolean;
  onClose: () => void;
}

export function NewWebhookDialog({ opened, onClose }: NewWebhookDialogProps) {
  const { t } = useTranslation();
  const [created, setCreated] = useState<CreatedWebhook | null>(null);
  const close = () => {
    onClose();
    setCreated(null);
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={created ? t("webhooks.createdTitle") : t("webhooks.createTitle")}
      size="lg"
      // The secret is not told again, so it takes more than a slip to close it away.
      closeOnClickOutside={created === null}
      closeOnEscape={created === null}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      {created ? (
        <Secret
          label={t("webhooks.secret")}
          value={created.secret}
          warning={t("webhooks.createdText")}
          onDone={close}
        />
      ) : (
        <NewWebhookForm onCreated={setCreated} onCancel={close} />
      )}
    </Modal>
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
