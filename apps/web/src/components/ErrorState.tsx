// What went wrong, what to do, and the id under which the server's logs know it.
import { Button, Code, Group, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import { ApiError } from "@open-meeting/client";
import { IconAlertTriangle, IconRefresh } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "../app/error-text.ts";

interface ErrorStateProps {
  /** What could not be done. */
  title: string;
  error: unknown;
  onRetry?: () => void;
  retrying?: boolean;
  /** Other ways out. */
  children?: ReactNode;
  /** Level of the heading on the page. */
  order?: 1 | 2;
}

export function ErrorState({
  title,
  error,
  onRetry,
  retrying = false,
  children,
  order = 2,
}: ErrorStateProps) {
  const { t } = useTranslation();
  const requestId = error instanceof ApiError ? error.requestId : null;
  return (
    <Stack align="center" gap="sm" py="xl" px="md" ta="center" role="alert">
      <ThemeIcon size={48} radius="xl" variant="light" color="red" aria-hidden>
        <IconAlertTriangle size={26} stroke={1.6} />
      </ThemeIcon>
      <Title order={order} size="h4">
        {title}
      </Title>
      <Text c="dimmed" maw={440}>
        {errorText(t, error)}
      </Text>
      <Group justify="center">
        {onRetry ? (
          <Button leftSection={<IconRefresh size={18} />} onClick={onRetry} loading={retrying}>
            {t("common.tryAgain")}
          </Button>
        ) : null}
        {children}
      </Group>
      {requestId ? (
        <Text size="sm" c="dimmed">
          {t("common.requestId")} <Code>{requestId}</Code>
        </Text>
      ) : null}
    </Stack>
  );
}
