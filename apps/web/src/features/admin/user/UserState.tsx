// That an account is banned, being deleted or deleted: since when, until when, and why.
import { Alert, Text } from "@mantine/core";
import type { AdminUser } from "@open-meeting/client";
import { IconBan, IconHistory, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { day, exactly, formatLocale } from "../../meetings/when.ts";

export function UserState({ user }: { user: AdminUser }) {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const { ban, closing, status } = user;
  if (status === "deleted") {
    return (
      <Alert color="gray" icon={<IconTrash />}>
        {t("adminUser.deleted")}
      </Alert>
    );
  }
  return (
    <>
      {closing ? (
        <Alert color="yellow" icon={<IconTrash />}>
          {t("adminUser.closing", { date: day(closing.purge_at, locale) })}
        </Alert>
      ) : null}
      {ban ? (
        <Alert
          color={status === "banned" ? "red" : "gray"}
          icon={status === "banned" ? <IconBan /> : <IconHistory />}
          title={
            status !== "banned"
              ? t("adminUser.banOver")
              : ban.until
                ? t("adminUser.bannedUntil", { until: exactly(ban.until, locale, "short") })
                : t("adminUser.bannedForever")
          }
        >
          <Text size="sm">{t("adminUser.reason", { reason: ban.reason })}</Text>
          <Text size="sm">{t("adminUser.since", { date: exactly(ban.at, locale, "short") })}</Text>
        </Alert>
      ) : null}
    </>
  );
}
