// A secret that is told once: to be copied, or to be lost.
import { Alert, Button, CopyButton, Group, Stack, TextInput } from "@mantine/core";
import { IconAlertTriangle, IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./Secret.module.css";

interface SecretProps {
  /** What it is. */
  label: string;
  value: string;
  /** Why it has to be copied now. */
  warning: string;
  onDone: () => void;
}

export function Secret({ label, value, warning, onDone }: SecretProps) {
  const { t } = useTranslation();
  return (
    <Stack>
      <Alert color="yellow" icon={<IconAlertTriangle />} role="status">
        {warning}
      </Alert>
      <TextInput
        label={label}
        value={value}
        readOnly
        spellCheck={false}
        data-autofocus
        classNames={{ input: classes.value ?? "" }}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Group justify="flex-end">
        <CopyButton value={value} timeout={4000}>
          {({ copied, copy }) => (
            <Button
              onClick={copy}
              leftSection={copied ? <IconCheck size={18} /> : <IconCopy size={18} stroke={1.6} />}
            >
              <span aria-live="polite">{copied ? t("copyLink.copied") : t("secret.copy")}</span>
            </Button>
          )}
        </CopyButton>
        <Button variant="default" onClick={onDone}>
          {t("secret.done")}
        </Button>
      </Group>
    </Stack>
  );
}
