// What an administrator can do about an account.
import { Button, Group, Text } from "@mantine/core";
import type { AdminUser } from "@open-meeting/client";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Card } from "../../../components/Card.tsx";
import { ConfirmDialog } from "../../../components/ConfirmDialog.tsx";
import { Done } from "../../../components/Done.tsx";
import { useUser } from "../../../hooks/use-session.ts";
import { BanDialog } from "./BanDialog.tsx";
import { useUserAction, type UserAction } from "./use-admin-user.ts";

export function UserActions({ user }: { user: AdminUser }) {
  const { t } = useTranslation();
  const own = useUser().id === user.id;
  const [opened, setOpened] = useState<UserAction["type"] | null>(null);
  const [done, setDone] = useState<UserAction["type"] | null>(null);
  const act = useUserAction(user.id, (action) => {
    setOpened(null);
    setDone(action.type);
  });
  const open = (type: UserAction["type"]) => {
    act.reset();
    setDone(null);
    setOpened(type);
  };
  const close = () => setOpened(null);
  const name = user.nickname;
  const admin = user.role === "admin";
  const doneText = { ban: "bannedDone", unban: "unbannedDone", role: "roleDone" } as const;
  if (user.status === "deleted") return null;

  return (
    <Card title={t("adminUser.actions")} {...(own ? { text: t("adminUser.self") } : {})}>
      <Done>{done ? t(`adminUser.${doneText[done]}`, { name }) : null}</Done>
      <Group gap="sm">
        {user.status === "banned" ? (
          <Button variant="default" onClick={() => open("unban")}>
            {t("adminUser.unban")}
          </Button>
        ) : admin ? null : (
          <Button variant="light" color="red" onClick={() => open("ban")}>
            {t("adminUser.ban")}
          </Button>
        )}
        {user.status === "active" ? (
          <Button variant="default" onClick={() => open("role")}>
            {admin ? t("adminUser.makeUser") : t("adminUser.makeAdmin")}
          </Button>
        ) : null}
      </Group>
      {admin && user.status !== "banned" ? (
        <Text size="sm" c="dimmed">
          {t("adminUser.adminsNotBanned")}
        </Text>
      ) : null}
      <BanDialog
        name={name}
        opened={opened === "ban"}
        error={act.error}
        pending={act.isPending}
        onBan={(ban) => act.mutate({ type: "ban", ...ban })}
        onClose={close}
      />
      <ConfirmDialog
        opened={opened === "unban"}
        title={t("adminUser.unbanTitle", { name })}
        text={t("adminUser.unbanText")}
        action={t("adminUser.unban")}
        error={act.error}
        pending={act.isPending}
        onConfirm={() => act.mutate({ type: "unban" })}
        onClose={close}
      />
      <ConfirmDialog
        opened={opened === "role"}
        title={t(admin ? "adminUser.makeUserTitle" : "adminUser.makeAdminTitle", { name })}
        text={t(admin ? "adminUser.makeUserText" : "adminUser.makeAdminText")}
        action={t(admin ? "adminUser.makeUser" : "adminUser.makeAdmin")}
        danger={admin}
        error={act.error}
        pending={act.isPending}
        onConfirm={() => act.mutate({ type: "role", role: admin ? "user" : "admin" })}
        onClose={close}
      />
    </Card>
  );
}
