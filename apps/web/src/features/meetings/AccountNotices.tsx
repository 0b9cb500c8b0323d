// What the dashboard has to say about the account: that its e-mail address is not proved, or that it was kept.
import { Alert, Stack, Text } from "@mantine/core";
import { IconMail } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Done } from "../../components/Done.tsx";
import { SendMailAgain } from "../../components/SendMailAgain.tsx";
import { useSession } from "../../hooks/use-session.ts";

export function AccountNotices() {
  const { t } = useTranslation();
  const session = useSession();
  if (session.status !== "signed-in") return null;
  const { user, reopened } = session;
  return (
    <>
      {reopened ? <Done>{t("settings.reopened")}</Done> : null}
      {user.email_verified ? null : (
        <Alert
          variant="default"
          icon={<IconMail />}
          title={t("emailNotice.title")}
          role="note"
          data-testid="email-notice"
        >
          <Stack gap="xs">
            <Text size="sm">{t("emailNotice.text", { email: user.email })}</Text>
            <SendMailAgain />
          </Stack>
        </Alert>
      )}
    </>
  );
}
