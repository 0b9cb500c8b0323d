// Asking for a link with which a new password can be chosen.
import { Alert, Anchor, Button, Stack, Text, TextInput } from "@mantine/core";
import { IconMail } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api } from "../../app/api.ts";
import { fieldErrors } from "../../app/error-text.ts";
import { FormError } from "../../components/FormError.tsx";
import { useTitle } from "../../hooks/use-title.ts";
import { AuthLayout } from "./AuthLayout.tsx";

export function ForgotPasswordPage() {
  const { t } = useTranslation();
  useTitle(t("forgot.title"));
  const [email, setEmail] = useState("");
  const [missing, setMissing] = useState(false);
  const ask = useMutation({ mutationFn: () => api.account.requestPasswordReset(email.trim()) });

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setMissing(email.trim() === "");
    if (email.trim() !== "") ask.mutate();
  };
  const problem = missing ? t("fieldError.required") : fieldErrors(t, ask.error)["email"];

  return (
    <AuthLayout title={t("forgot.title")}>
      {ask.isSuccess ? (
        <Stack>
          <Alert icon={<IconMail />} title={t("forgot.sentTitle")} role="status">
            {t("forgot.sent", { email: email.trim() })}
          </Alert>
          <Button variant="default" onClick={() => ask.reset()}>
            {t("forgot.again")}
          </Button>
          <BackToSignIn />
        </Stack>
      ) : (
        <form onSubmit={submit} noValidate>
          <Stack>
            <Text size="sm" c="dimmed">
              {t("forgot.text")}
            </Text>
            {problem ? null : <FormError error={ask.error} />}
            <TextInput
              label={t("forgot.email")}
              name="email"
              type="email"
              autoComplete="email"
              required
              withAsterisk={false}
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
              error={problem}
            />
            <Button type="submit" loading={ask.isPending} fullWidth>
              {t("forgot.submit")}
            </Button>
            <BackToSignIn />
          </Stack>
        </form>
      )}
    </AuthLayout>
  );
}

function BackToSignIn() {
  const { t } = useTranslation();
  return (
    <Text size="sm" ta="center">
      <Anchor component={Link} to="/login" underline="always">
        {t("forgot.signIn")}
      </Anchor>
    </Text>
  );
}
