// Signing in.
import { Anchor, Button, Divider, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { IconKeyboard } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { Link, Navigate, useLocation } from "react-router";
import { api } from "../../app/api.ts";
import { offerLanguage } from "../../app/i18n.ts";
import { queryClient } from "../../app/query.ts";
import { FormError } from "../../components/FormError.tsx";
import { useSession } from "../../hooks/use-session.ts";
import { useTitle } from "../../hooks/use-title.ts";
import { JoinByCodeForm } from "../shell/JoinByCodeForm.tsx";
import { AuthLayout } from "./AuthLayout.tsx";
import { LoginNotice } from "./LoginNotice.tsx";
import { readNotice } from "./login-notice.ts";
import { nextPage } from "./next-page.ts";

export function LoginPage() {
  const { t } = useTranslation();
  useTitle(t("login.title"));
  const session = useSession();
  const { search } = useLocation();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [missing, setMissing] = useState(false);
  const [coding, setCoding] = useState(false);
  const signIn = useMutation({
    mutationFn: async () => {
      const user = await api.signIn(username.trim(), password);
      await offerLanguage(user.language);
    },
    onSuccess: () => queryClient.clear(),
  });

  const notice = readNotice(search);
  if (session.status === "signed-in") return <Navigate to={nextPage(search)} replace />;

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const incomplete = username.trim() === "" || password === "";
    setMissing(incomplete);
    if (!incomplete) signIn.mutate();
  };

  return (
    <AuthLayout title={t("login.title")}>
      <form onSubmit={submit} noValidate>
        <Stack>
          {notice && !signIn.isError ? <LoginNotice notice={notice} /> : null}
          <FormError error={signIn.error} />
          <TextInput
            label={t("login.username")}
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            withAsterisk={false}
            value={username}
            onChange={(event) => setUsername(event.currentTarget.value)}
            error={missing && username.trim() === "" ? t("fieldError.required") : null}
          />
          <PasswordInput
            label={t("login.password")}
            name="password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            error={missing && password === "" ? t("fieldError.required") : null}
            aria-invalid={missing && password === ""}
            visibilityToggleButtonProps={{ "aria-label": t("login.showPassword"), tabIndex: 0 }}
          />
          <Anchor component={Link} to="/forgot-password" size="sm" underline="always" ml="auto">
            {t("login.forgot")}
          </Anchor>
          <Button type="submit" loading={signIn.isPending} fullWidth>
            {t("login.submit")}
          </Button>
          <Text size="sm" ta="center">
            {t("login.noAccount")}{" "}
            <Anchor component={Link} to={{ pathname: "/register", search }} underline="always">
              {t("login.register")}
            </Anchor>
          </Text>
        </Stack>
      </form>
      <Divider my="lg" label={t("login.orJoin")} />
      {/* Loaded anew, so that whoever was signed in before is a guest there, and not sent back here. */}
      {coding ? (
        <JoinByCodeForm variant="default" onCode={(code) => window.location.assign(`/m/${code}`)} />
      ) : (
        <Button
          variant="default"
          fullWidth
          leftSection={<IconKeyboard size={20} stroke={1.6} />}
          onClick={() => setCoding(true)}
        >
          {t("joinByCode.open")}
        </Button>
      )}
    </AuthLayout>
  );
}
