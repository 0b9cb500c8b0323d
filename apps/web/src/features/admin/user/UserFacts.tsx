// What is known of an account.
import { Badge, Code, Group, Paper } from "@mantine/core";
import type { AdminUser } from "@open-meeting/client";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { LANGUAGES } from "../../../app/i18n.ts";
import { When } from "../../../components/When.tsx";
import classes from "./UserFacts.module.css";

export function UserFacts({ user }: { user: AdminUser }) {
  const { t } = useTranslation();
  const verified = user.email_verified;
  return (
    <Paper withBorder radius="lg" component="dl" className={classes.facts}>
      <Fact name={t("adminUser.email")}>
        <Group gap="xs">
          <span>{user.email}</span>
          <Badge variant="light" color={verified ? "teal" : "gray"}>
            {verified ? t("adminUser.emailVerified") : t("adminUser.emailNotVerified")}
          </Badge>
        </Group>
      </Fact>
      <Fact name={t("adminUser.role")}>{t(`admin.role.${user.role}`)}</Fact>
      <Fact name={t("adminUser.registered")}>
        <When time={user.created_at} />
      </Fact>
      <Fact name={t("adminUser.lastSeen")}>
        {user.last_seen_at ? <When time={user.last_seen_at} /> : t("adminUsers.never")}
      </Fact>
      <Fact name={t("adminUser.devices")}>{user.live_sessions}</Fact>
      <Fact name={t("adminUser.language")}>
        {LANGUAGES.find(({ code }) => code === user.language)?.name ?? user.language}
      </Fact>
      <Fact name={t("adminUser.id")}>
        <Code>{user.id}</Code>
      </Fact>
    </Paper>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
