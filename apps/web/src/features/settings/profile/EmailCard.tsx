// My e-mail address, and whether it is proved to be mine.
import { Badge, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Card } from "../../../components/Card.tsx";
import { SendMailAgain } from "../../../components/SendMailAgain.tsx";
import { useUser } from "../../../hooks/use-session.ts";

export function EmailCard() {
  const { t } = useTranslation();
  const { email, email_verified: verified } = useUser();
  return (
    <Card title={t("profile.email")}>
      <Group gap="sm">
        <Text style={{ overflowWrap: "anywhere" }}>{email}</Text>
        <Badge color={verified ? "teal" : "yellow"} variant="light">
          {verified ? t("profile.verified") : t("profile.notVerified")}
        </Badge>
      </Group>
      {verified ? null : <SendMailAgain />}
    </Card>
  );
}
