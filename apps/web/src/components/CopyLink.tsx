// Copies the address of a meeting.
import { ActionIcon, Button, CopyButton, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

/** The address under which a meeting is joined. */
export function meetingLink(code: string): string {
  return `${window.location.origin}/m/${code}`;
}

export function CopyLinkButton({
  code,
  variant = "default",
}: {
  code: string;
  variant?: "default" | "light";
}) {
  const { t } = useTranslation();
  return (
    <CopyButton value={meetingLink(code)}>
      {({ copied, copy }) => (
        <Button
          variant={variant}
          onClick={copy}
          leftSection={copied ? <IconCheck size={18} /> : <IconCopy size={18} stroke={1.6} />}
        >
          <span aria-live="polite">{copied ? t("copyLink.copied") : t("copyLink.copy")}</span>
        </Button>
      )}
    </CopyButton>
  );
}

export function CopyLinkIcon({ code, title }: { code: string; title: string }) {
  const { t } = useTranslation();
  return (
    <CopyButton value={meetingLink(code)}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? t("copyLink.copied") : t("copyLink.copy")}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            onClick={copy}
            aria-label={t("copyLink.copyOf", { title })}
          >
            {copied ? <IconCheck size={18} /> : <IconCopy size={18} stroke={1.6} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
