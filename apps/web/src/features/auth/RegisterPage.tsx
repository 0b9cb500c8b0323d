// Making an account, and signing in with it.
import { Anchor, Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import type { Registration } from "@open-meeting/client";
import { useMutation } from "@tanstack/react-query";
import { useState, type ChangeEvent, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { Link, Navigate, useLocation } from "react-router";
import { api } from "../../app/api.ts";
import { fieldErrors } from "../../app/error-text.ts";
import { queryClient } from "../../app/query.ts";
import { FormError } from "../../components/FormError.tsx";
import { useSession } from "../../hooks/use-session.ts";
import { useTitle } from "../../hooks/use-title.ts";
import { AuthLayout } from "./AuthLayout.tsx";
import { nextPage } from "./next-page.ts";

const EMPTY = { username: "", email: "", nickname: "", password: "" };
type Field = keyof typeof EMPTY;

export function RegisterPage() {
  const { t, i18n } = useTranslation();
  useTitle(t("register.title"));
  const session = useSession();
  const { search } = useLocation();
  const [values, setValues] = useState(EMPTY);
  const [missing, setMissing] = useState<ReadonlySet<Field>>(new Set());
  const register = useMutation({
    mutationFn: async () => {
      const { nickname, ...required } = values;
      const registration: Registration = {
        ...required,
        username: values.username.trim(),
        email: values.email.trim(),
      };
      if (nickname.trim() !== "") registration.nickname = nickname.trim();
      await api.register(registration, i18n.language);
      await api.signIn(registration.username, registration.password);
    },
    onSuccess: () => queryClient.clear(),
  });

  if (session.status === "signed-in") return <Navigate to={nextPage(search)} replace />;

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const empty = (["username", "email", "password"] as const).filter((field) => values[field].trim() === "");
    setMissing(new Set(empty));
    if (empty.length === 0) register.mutate();
  };
  const fromServer = fieldErrors(t, register.error);
  const field = (name: Field) => ({
    name,
    value: values[name],
    onChange: (event: ChangeEvent<HTMLInputElement>) => {
      const { value } = event.currentTarget;
      setValues((present) => ({ ...present, [name]: value }));
    },
    error: missing.has(name) ? t("fieldError.required") : fromServer[name],
  });
  // A problem that is shown at its field need not be told twice.
  const shownAtFields = Object.keys(fromServer).some((name) => name in EMPTY);

  return (
    <AuthLayout title={t("register.title")}>
      <form onSubmit={submit} noValidate>
        <Stack>
          {shownAtFields ? null : <FormError error={register.error} />}
          <TextInput
            label={t("register.username")}
            description={t("register.usernameHelp")}
            inputWrapperOrder={["label", "input", "description", "error"]}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            withAsterisk={false}
            {...field("username")}
          />
          <TextInput
            label={t("register.email")}
            type="email"
            autoComplete="email"
            required
            withAsterisk={false}
            {...field("email")}
          />
          <TextInput
            label={t("register.nickname")}
            description={t("register.nicknameHelp")}
            inputWrapperOrder={["label", "input", "description", "error"]}
            autoComplete="nickname"
            maxLength={64}
            {...field("nickname")}
          />
          <PasswordInput
            label={t("register.password")}
            description={t("register.passwordHelp")}
            inputWrapperOrder={["label", "input", "description", "error"]}
            autoComplete="new-password"
            required
            withAsterisk={false}
            visibilityToggleButtonProps={{ "aria-label": t("login.showPassword"), tabIndex: 0 }}
            {...field("password")}
            aria-invalid={Boolean(field("password").error)}
          />
          <Button type="submit" loading={register.isPending} fullWidth mt="xs">
            {t("register.submit")}
          </Button>
          <Text size="sm" ta="center">
            {t("register.haveAccount")}{" "}
            <Anchor component={Link} to={{ pathname: "/login", search }} underline="always">
              {t("register.signIn")}
            </Anchor>
          </Text>
        </Stack>
      </form>
    </AuthLayout>
  );
}
