// The fields of a webhook, new or to be changed.
import { Button, Checkbox, Group, Radio, Stack, TextInput } from "@mantine/core";
import type { NewWebhook } from "@open-meeting/client";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { fieldErrors } from "../../../app/error-text.ts";
import { FormError } from "../../../components/FormError.tsx";
import { eventName } from "./event-name.ts";
import { checkWebhook, choices, toWebhook, type WebhookForm } from "./webhook-form.ts";

interface WebhookFieldsProps {
  initial: WebhookForm;
  submitLabel: string;
  pending: boolean;
  error: unknown;
  onSubmit: (webhook: NewWebhook) => void;
  onCancel: () => void;
}

export function WebhookFields({
  initial,
  submitLabel,
  pending,
  error,
  onSubmit,
  onCancel,
}: WebhookFieldsProps) {
  const { t } = useTranslation();
  const [form, setForm] = useState(initial);
  const [problems, setProblems] = useState<ReturnType<typeof checkWebhook>>({});
  const fromServer = fieldErrors(t, error);
  const change = (part: Partial<WebhookForm>) => setForm((present) => ({ ...present, ...part }));
  const errorOf = (field: keyof typeof problems) => {
    const problem = problems[field];
    return problem ? t(`fieldError.${problem}`) : fromServer[field];
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const found = checkWebhook(form);
    setProblems(found);
    if (Object.keys(found).length === 0) onSubmit(toWebhook(form));
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {"url" in fromServer || "events" in fromServer ? null : <FormError error={error} />}
        <TextInput
          type="url"
          label={t("webhooks.url")}
          description={t("webhooks.urlHelp")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          name="url"
          placeholder="https://example.com/open-meeting"
          data-autofocus
          maxLength={2048}
          autoCapitalize="none"
          spellCheck={false}
          required
          withAsterisk={false}
          value={form.url}
          onChange={(event) => change({ url: event.currentTarget.value })}
          error={errorOf("url")}
        />
        <Radio.Group
          label={t("webhooks.events")}
          value={form.all ? "all" : "some"}
          onChange={(value) => change({ all: value === "all" })}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="all" label={t("webhooks.all")} description={t("webhooks.allHelp")} />
            <Radio value="some" label={t("webhooks.some")} />
          </Stack>
        </Radio.Group>
        {form.all ? null : (
          <Checkbox.Group
            aria-label={t("webhooks.some")}
            value={[...form.events]}
            onChange={(events) => change({ events })}
            error={errorOf("events")}
            ml={32}
          >
            <Stack gap="xs" mb="xs">
              {choices(initial.events).map((event) => (
                <Checkbox key={event} value={event} label={eventName(t, event)} />
              ))}
            </Stack>
          </Checkbox.Group>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" loading={pending}>
            {submitLabel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
