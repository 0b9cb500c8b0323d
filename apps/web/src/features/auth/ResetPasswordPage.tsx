// Choosing a new password after following a mailed link.
import { Button, Stack, Text } from "@mantine/core";
import { ApiError } from "@open-meeting/client";
import { useMutation } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { api } from "../../app/api.ts";
import { fieldErrors } from "../../app/error-text.ts";
import { FormError } from "../../components/FormError.tsx";
import { NewPasswordInput } from "../../components/NewPasswordInput.tsx";
import { useTitle } from "../../hooks/use-title.ts";
import { AuthLayout } from "./AuthLayout.tsx";
import { useLinkToken } from "./link-token.ts";

export function ResetPasswordPage() {
  const { t } = useTranslation();
  const token = useLinkToken();
  const [badLink, setBadLink] = useState(false);
  const bad = token === null || badLink;
  const title = bad ? t("reset.badTitle") : t("reset.title");
  useTitle(title);
  return (
    <AuthLayout title={title}>
      {bad ? (
        <Stack>
          <Text>{t("reset.badText")}</Text>
          <Button component={Link} to="/forgot-password">
            {t("reset.again")}
          </Button>
        </Stack>
      ) : (
        <ResetPasswordForm token={token} onBadLink={() => setBadLink(true)} />
      )}
    </AuthLayout>
  );
}

function ResetPasswordForm({ token, onBadLink }: { token: string; onBadLink: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [password, setPassword] = useState("");
  const [missing, setMissing] = useState(false);
  const reset = useMutation({
    mutationFn: () => api.account.confirmPasswordReset(token, password),
    onSuccess: () => {
      // All sessions of the account have ended; if one of them was here, this page would only find out later.
      if (api.session.state.get().status === "signed-in") api.session.signedOut();
      void navigate("/login?reset=1", { replace: true });
    },
    onError: (error) => {
      if (error instanceof ApiError && error.type === "account.bad_link") onBadLink();
    },
  });

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setMissing(password === "");
    if (password !== "") reset.mutate();
  };
  const problem = missing ? t("fieldError.required") : fieldErrors(t, reset.error)["new_password"];

  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {problem ? null : <FormError error={reset.error} />}
        <NewPasswordInput
          label={t("reset.password")}
          name="new_password"
          value={password}
          onChange={setPassword}
          error={problem}
        />
        <Text size="sm" c="dimmed">
          {t("reset.everywhere")}
        </Text>
        <Button type="submit" loading={reset.isPending} fullWidth>
          {t("reset.submit")}
        </Button>
      </Stack>
    </form>
  );
}
