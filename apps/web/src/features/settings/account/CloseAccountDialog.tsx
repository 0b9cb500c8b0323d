// The second step before an account is deleted: it names the account and the day, and wants the password.
import { Button, Checkbox, Group, Modal, PasswordInput, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../app/api.ts";
import { fieldErrors } from "../../../app/error-text.ts";
import { queryClient } from "../../../app/query.ts";
import { FormError } from "../../../components/FormError.tsx";
import { useUser } from "../../../hooks/use-session.ts";
import { day, formatLocale } from "../../meetings/when.ts";

/** The server waits so long before it deletes, in milliseconds. */
const GRACE_MS = 14 * 24 * 60 * 60 * 1000;

interface CloseAccountDialogProps {
  opened: boolean;
  onClose: () => void;
}

export function CloseAccountDialog({ opened, onClose }: CloseAccountDialogProps) {
  const { t } = useTranslation();
  const { username } = useUser();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("closeAccount.dialogTitle", { username })}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <CloseAccountForm onCancel={onClose} />
    </Modal>
  );
}

/** Made anew with every opening, so that no password stays behind. */
function CloseAccountForm({ onCancel }: { onCancel: () => void }) {
  const { t, i18n } = useTranslation();
  const { username } = useUser();
  const [password, setPassword] = useState("");
  const [understood, setUnderstood] = useState(false);
  const [checked, setChecked] = useState(false);
  const [purgeDay] = useState(() => new Date(Date.now() + GRACE_MS).toISOString());
  const close = useMutation({
    mutationFn: () => api.account.close(password),
    onSuccess: () => queryClient.clear(),
  });

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setChecked(true);
    if (password !== "" && understood) close.mutate();
  };
  const fromServer = fieldErrors(t, close.error)["password"];

  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm">
          {t("closeAccount.dialogText", { date: day(purgeDay, formatLocale(i18n.language)) })}
        </Text>
        {fromServer ? null : <FormError error={close.error} />}
        <PasswordInput
          label={t("closeAccount.password")}
          name="password"
          autoComplete="current-password"
          data-autofocus
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={checked && password === "" ? t("fieldError.required") : fromServer}
          aria-invalid={Boolean((checked && password === "") || fromServer)}
          visibilityToggleButtonProps={{ "aria-label": t("login.showPassword"), tabIndex: 0 }}
        />
        <Checkbox
          label={t("closeAccount.understood")}
          checked={understood}
          onChange={(event) => setUnderstood(event.currentTarget.checked)}
          error={checked && !understood ? t("fieldError.required") : null}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" color="red" loading={close.isPending}>
            {t("closeAccount.submit", { username })}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
