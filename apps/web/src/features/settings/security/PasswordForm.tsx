// Changing the password.
import { Button, Group, PasswordInput, Stack } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../app/api.ts";
import { fieldErrors } from "../../../app/error-text.ts";
import { Card } from "../../../components/Card.tsx";
import { Done } from "../../../components/Done.tsx";
import { FormError } from "../../../components/FormError.tsx";
import { NewPasswordInput } from "../../../components/NewPasswordInput.tsx";
import { useUser } from "../../../hooks/use-session.ts";
import { SESSIONS_KEY } from "./use-sessions.ts";

const EMPTY = { old_password: "", new_password: "" };

export function PasswordForm() {
  const { t } = useTranslation();
  const user = useUser();
  const client = useQueryClient();
  const [values, setValues] = useState(EMPTY);
  const [checked, setChecked] = useState(false);
  const change = useMutation({
    mutationFn: () => api.account.changePassword(values.old_password, values.new_password),
    onSuccess: () => {
      setValues(EMPTY);
      setChecked(false);
      void client.invalidateQueries({ queryKey: SESSIONS_KEY });
    },
  });

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setChecked(true);
    if (values.old_password !== "" && values.new_password !== "") change.mutate();
  };
  const fromServer = fieldErrors(t, change.error);
  const errorOf = (field: keyof typeof EMPTY) =>
    checked && values[field] === "" ? t("fieldError.required") : fromServer[field];
  const shown = "old_password" in fromServer || "new_password" in fromServer;

  return (
    <Card title={t("security.passwordTitle")} text={t("security.passwordText")}>
      <form onSubmit={submit} noValidate>
        <Stack>
          {shown ? null : <FormError error={change.error} />}
          {/* Password managers want to know whose password it is. */}
          <input type="text" name="username" autoComplete="username" value={user.username} readOnly hidden />
          <PasswordInput
            label={t("security.oldPassword")}
            name="old_password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={values.old_password}
            onChange={({ currentTarget: { value } }) =>
              setValues((present) => ({ ...present, old_password: value }))
            }
            error={errorOf("old_password")}
            aria-invalid={Boolean(errorOf("old_password"))}
            visibilityToggleButtonProps={{ "aria-label": t("login.showPassword"), tabIndex: 0 }}
          />
          <NewPasswordInput
            label={t("security.newPassword")}
            name="new_password"
            value={values.new_password}
            onChange={(value) => setValues((present) => ({ ...present, new_password: value }))}
            error={errorOf("new_password")}
            owner={user}
          />
          <Done>{change.isSuccess ? t("security.changed") : null}</Done>
          <Group justify="flex-end">
            <Button type="submit" loading={change.isPending}>
              {t("security.submit")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
