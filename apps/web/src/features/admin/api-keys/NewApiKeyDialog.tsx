// Making an API key: what it is called, what it is good for, and for how long. Then the key is shown, once.
import { Button, Checkbox, Group, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import type { CreatedApiKey } from "@open-meeting/client";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { fieldErrors } from "../../../app/error-text.ts";
import { FormError } from "../../../components/FormError.tsx";
import { SecretDialog } from "../../../components/SecretDialog.tsx";
import { checkApiKey, emptyApiKey, LIFETIMES, SCOPE_TEXTS, SCOPES, toNewApiKey } from "./api-key-form.ts";
import { useCreateApiKey } from "./use-api-keys.ts";

interface NewApiKeyDialogProps {
  opened: boolean;
  onClose: () => void;
}

export function NewApiKeyDialog({ opened, onClose }: NewApiKeyDialogProps) {
  const { t } = useTranslation();
  return (
    <SecretDialog<CreatedApiKey>
      opened={opened}
      onClose={onClose}
      title={t("apiKeys.createTitle")}
      told={({ api_key, key }) => ({
        title: t("apiKeys.createdTitle", { name: api_key.name }),
        label: t("apiKeys.key"),
        secret: key,
        warning: t("apiKeys.createdText"),
      })}
      form={(onCreated, onCancel) => <NewApiKeyForm onCreated={onCreated} onCancel={onCancel} />}
    />
  );
}

interface NewApiKeyFormProps {
  onCreated: (created: CreatedApiKey) => void;
  onCancel: () => void;
}

/** Made anew with every opening. */
function NewApiKeyForm({ onCreated, onCancel }: NewApiKeyFormProps) {
  const { t } = useTranslation();
  const [form, setForm] = useState(() => emptyApiKey(new Date()));
  const [problems, setProblems] = useState<ReturnType<typeof checkApiKey>>({});
  const create = useCreateApiKey();
  const fromServer = fieldErrors(t, create.error);
  const change = (part: Partial<typeof form>) => setForm((present) => ({ ...present, ...part }));
  const errorOf = (field: keyof typeof problems) => {
    const problem = problems[field];
    return problem ? t(`fieldError.${problem}`) : fromServer[field];
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const now = new Date();
    const found = checkApiKey(form, now);
    setProblems(found);
    if (Object.keys(found).length === 0) create.mutate(toNewApiKey(form, now), { onSuccess: onCreated });
  };
  const shown = ["name", "scopes", "expires_at"].some((field) => field in fromServer);
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {shown ? null : <FormError error={create.error} />}
        <TextInput
          label={t("apiKeys.name")}
          description={t("apiKeys.nameHelp")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          name="name"
          data-autofocus
          maxLength={100}
          required
          withAsterisk={false}
          value={form.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
          error={errorOf("name")}
        />
        <Checkbox.Group
          label={t("apiKeys.scopes")}
          description={t("apiKeys.scopesHelp")}
          value={[...form.scopes]}
          onChange={(scopes) => change({ scopes })}
          error={errorOf("scopes")}
        >
          <Stack gap="sm" my="xs">
            {SCOPES.map((scope) => (
              <Checkbox
                key={scope}
                value={scope}
                label={t(`apiKeys.scope.${SCOPE_TEXTS[scope]}.name`)}
                description={t(`apiKeys.scope.${SCOPE_TEXTS[scope]}.help`)}
              />
            ))}
          </Stack>
        </Checkbox.Group>
        <Group align="flex-start" grow preventGrowOverflow={false}>
          <NativeSelect
            label={t("apiKeys.lifetime")}
            value={form.lifetime}
            onChange={({ currentTarget: { value } }) =>
              change({ lifetime: LIFETIMES.find((known) => known === value) ?? "never" })
            }
            data={LIFETIMES.map((value) => ({ value, label: t(`apiKeys.lifetimes.${value}`) }))}
          />
          {form.lifetime === "date" ? (
            <TextInput
              type="datetime-local"
              label={t("apiKeys.untilLabel")}
              name="expires_at"
              value={form.until}
              onChange={(event) => change({ until: event.currentTarget.value })}
              error={errorOf("expires_at")}
            />
          ) : null}
        </Group>
        {form.lifetime === "never" ? (
          <Text size="sm" c="dimmed">
            {t("apiKeys.neverHelp")}
          </Text>
        ) : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" loading={create.isPending}>
            {t("apiKeys.submit")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
