// What an administrator can do about a webhook: try it out, change it, switch it off and on, delete it.
import { Alert, Button, Group, Modal, Text } from "@mantine/core";
import type { Webhook, WebhookDelivery } from "@open-meeting/client";
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle, IconSend } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { Card } from "../../../components/Card.tsx";
import { ConfirmDialog } from "../../../components/ConfirmDialog.tsx";
import { Done } from "../../../components/Done.tsx";
import { FormError } from "../../../components/FormError.tsx";
import { problemText } from "./problem-text.ts";
import { useChangeWebhook, useDeleteWebhook, useTestWebhook } from "./use-webhooks.ts";
import { shortUrl, webhookFormOf } from "./webhook-form.ts";
import { WebhookFields } from "./WebhookFields.tsx";
import classes from "./Webhooks.module.css";
import { webhookState } from "./WebhookState.tsx";

type Dialog = "change" | "off" | "delete";

export function WebhookActions({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [opened, setOpened] = useState<Dialog | null>(null);
  const [done, setDone] = useState<"changed" | "turnedOn" | "turnedOff" | null>(null);
  const close = () => setOpened(null);
  const test = useTestWebhook(webhook.id);
  const change = useChangeWebhook(webhook.id, () => setOpened(null));
  const remove = useDeleteWebhook(webhook.id, () => {
    void navigate("/admin/webhooks", { state: { deleted: shortUrl(webhook.url).host } });
  });
  const begin = (dialog: Dialog | null) => {
    change.reset();
    remove.reset();
    test.reset();
    setDone(null);
    setOpened(dialog);
  };
  const state = webhookState(webhook);
  const { host } = shortUrl(webhook.url);
  return (
    <Card title={t("webhooks.actions")}>
      {state === "on" ? null : (
        <Alert color={state === "gone" ? "red" : "gray"} icon={<IconInfoCircle />}>
          {t(state === "gone" ? "webhooks.goneText" : "webhooks.offText")}
        </Alert>
      )}
      <Done>{done ? t(`webhooks.${done}`) : null}</Done>
      {opened === null ? <FormError error={change.error} /> : null}
      <FormError error={test.error} />
      <TestResult result={test.result} pending={test.pending} />
      <Group gap="sm">
        {webhook.enabled ? (
          <Button
            variant="light"
            leftSection={<IconSend size={18} stroke={1.6} />}
            loading={test.pending}
            onClick={() => {
              begin(null);
              test.start();
            }}
          >
            {t("webhooks.test")}
          </Button>
        ) : (
          <Button
            variant="light"
            loading={change.isPending}
            onClick={() => {
              begin(null);
              change.mutate({ enabled: true }, { onSuccess: () => setDone("turnedOn") });
            }}
          >
            {t("webhooks.turnOn")}
          </Button>
        )}
        <Button variant="default" onClick={() => begin("change")}>
          {t("webhooks.change")}
        </Button>
        {webhook.enabled ? (
          <Button variant="default" onClick={() => begin("off")}>
            {t("webhooks.turnOff")}
          </Button>
        ) : null}
        <Button variant="light" color="red" onClick={() => begin("delete")}>
          {t("webhooks.delete")}
        </Button>
      </Group>
      <Modal
        opened={opened === "change"}
        onClose={close}
        title={t("webhooks.changeTitle")}
        size="lg"
        closeButtonProps={{ "aria-label": t("common.close") }}
      >
        <WebhookFields
          initial={webhookFormOf(webhook)}
          submitLabel={t("common.save")}
          pending={change.isPending}
          error={change.error}
          onSubmit={(body) => change.mutate(body, { onSuccess: () => setDone("changed") })}
          onCancel={close}
        />
      </Modal>
      <ConfirmDialog
        opened={opened === "off"}
        title={t("webhooks.turnOffTitle", { host })}
        text={t("webhooks.turnOffText")}
        action={t("webhooks.turnOff")}
        danger
        error={change.error}
        pending={change.isPending}
        onConfirm={() => change.mutate({ enabled: false }, { onSuccess: () => setDone("turnedOff") })}
        onClose={close}
      />
      <ConfirmDialog
        opened={opened === "delete"}
        title={t("webhooks.deleteTitle", { host })}
        text={t("webhooks.deleteText")}
        action={t("webhooks.deleteSubmit")}
        danger
        error={remove.error}
        pending={remove.isPending}
        onConfirm={() => remove.mutate()}
        onClose={close}
      />
    </Card>
  );
}

/** What became of the test. */
function TestResult({ result, pending }: { result: WebhookDelivery | null; pending: boolean }) {
  const { t } = useTranslation();
  const delivered = result?.status === "delivered";
  return (
    <div role="status" data-testid="test-result" className={classes.result}>
      {pending ? <Text c="dimmed">{t("webhooks.testing")}</Text> : null}
      {result && delivered ? (
        <Alert color="teal" icon={<IconCircleCheck />}>
          {t("webhooks.testDelivered", { status: result.response_status ?? "" })}
        </Alert>
      ) : null}
      {result && !delivered ? (
        <Alert color="yellow" icon={<IconAlertTriangle />} title={t("webhooks.testFailed")}>
          {problemText(t, result)} {result.status === "pending" ? t("webhooks.testAgain") : null}
        </Alert>
      ) : null}
    </div>
  );
}
