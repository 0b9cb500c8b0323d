// Has the mail sent again that proves an e-mail address.
import { Button, Text } from "@mantine/core";
import { ApiError } from "@open-meeting/client";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "../app/api.ts";
import { errorText } from "../app/error-text.ts";

export function SendMailAgain() {
  const { t } = useTranslation();
  const send = useMutation({
    mutationFn: () => api.account.requestEmailVerification(),
    onError: (error) => {
      // Proved meanwhile, on another device: show it here too.
      if (error instanceof ApiError && error.type === "account.email_verified") {
        void api.account.readProfile().catch(() => undefined);
      }
    },
  });
  return (
    <div>
      {send.isSuccess ? null : (
        <Button variant="default" size="sm" loading={send.isPending} onClick={() => send.mutate()}>
          {t("emailNotice.again")}
        </Button>
      )}
      <Text size="sm" role="status" c={send.isError ? "var(--mantine-color-error)" : "inherit"}>
        {send.isSuccess ? t("emailNotice.sent") : send.isError ? errorText(t, send.error) : null}
      </Text>
    </div>
  );
}
