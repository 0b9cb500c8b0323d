// The password, and the devices that are signed in.
import { Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useTitle } from "../../../hooks/use-title.ts";
import { PasswordForm } from "./PasswordForm.tsx";
import { SessionsCard } from "./SessionsCard.tsx";

export function SecurityPage() {
  const { t } = useTranslation();
  useTitle(t("settings.security"));
  return (
    <Stack gap="lg">
      <PasswordForm />
      <SessionsCard />
    </Stack>
  );
}
