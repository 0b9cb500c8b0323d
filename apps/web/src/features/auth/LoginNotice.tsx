// Says why somebody is at the login page.
import { Alert } from "@mantine/core";
import { IconCircleCheck, IconInfoCircle, IconShieldExclamation } from "@tabler/icons-react";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { day, formatLocale } from "../meetings/when.ts";
import type { LoginNotice as Notice } from "./login-notice.ts";

export function LoginNotice({ notice }: { notice: Notice }) {
  const { t, i18n } = useTranslation();
  const grave = notice.kind === "banned" || notice.kind === "reused";
  const Icon = grave ? IconShieldExclamation : notice.kind === "reset" ? IconCircleCheck : IconInfoCircle;
  return (
    <Alert
      icon={<Icon />}
      color={grave ? "red" : notice.kind === "reset" ? "teal" : "brand"}
      role={grave ? "alert" : "status"}
    >
      {text(t, notice, formatLocale(i18n.language))}
    </Alert>
  );
}

function text(t: TFunction, notice: Notice, locale: string): string {
  switch (notice.kind) {
    case "banned":
      return t("login.banned");
    case "reused":
      return t("login.reused");
    case "reset":
      return t("login.passwordReset");
    case "closed":
      return t("login.closed", { date: day(notice.purgeAt, locale) });
    case "ended":
      return t("login.sessionEnded");
  }
}
