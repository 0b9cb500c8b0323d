// The end of an account.
import { Button, Group, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Card } from "../../../components/Card.tsx";
import { useTitle } from "../../../hooks/use-title.ts";
import { CloseAccountDialog } from "./CloseAccountDialog.tsx";

export function AccountPage() {
  const { t } = useTranslation();
  useTitle(t("settings.account"));
  const [opened, setOpened] = useState(false);
  return (
    <Stack gap="lg">
      <Card title={t("closeAccount.title")} text={t("closeAccount.text")}>
        <Group justify="flex-end">
          <Button color="red" variant="light" onClick={() => setOpened(true)}>
            {t("closeAccount.open")}
          </Button>
        </Group>
      </Card>
      <CloseAccountDialog opened={opened} onClose={() => setOpened(false)} />
    </Stack>
  );
}
