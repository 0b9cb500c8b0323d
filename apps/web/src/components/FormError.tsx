// Why a form could not be sent, above its fields. Problems of single fields stand at the fields.
import { Alert, Code, Text } from "@mantine/core";
import { ApiError } from "@open-meeting/client";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { errorText } from "../app/error-text.ts";

export function FormError({ error }: { error: unknown }) {
  const { t } = useTranslation();
  if (error === null || error === undefined) return null;
  const requestId = error instanceof ApiError && error.status >= 500 ? error.requestId : null;
  return (
    <Alert color="red" icon={<IconAlertTriangle />} role="alert">
      <Text size="sm" c="var(--mantine-color-text)">
        {errorText(t, error)}
      </Text>
      {requestId ? (
        <Text size="xs" c="dimmed" mt={4}>
          {t("common.requestId")} <Code>{requestId}</Code>
        </Text>
      ) : null}
    </Alert>
  );
}
