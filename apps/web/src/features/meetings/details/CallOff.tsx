// Calling a meeting off before anybody has come.
import { Button } from "@mantine/core";
import type { Meeting } from "@open-meeting/client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../app/api.ts";
import { ConfirmDialog } from "../../../components/ConfirmDialog.tsx";

export function CallOff({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const cancel = useMutation({
    mutationFn: () => api.hosting.cancelMeeting(meeting.id),
    onSuccess: (cancelled) => {
      setAsking(false);
      client.setQueryData(["meeting", meeting.code], cancelled);
      return client.invalidateQueries({ queryKey: ["meetings"] });
    },
  });
  return (
    <>
      <Button variant="subtle" color="red" onClick={() => setAsking(true)}>
        {t("dashboard.cancel")}
      </Button>
      <ConfirmDialog
        opened={asking}
        title={t("dashboard.cancelTitle", { title: meeting.title })}
        text={t("dashboard.cancelText")}
        action={t("dashboard.cancel")}
        danger
        error={cancel.error}
        pending={cancel.isPending}
        onConfirm={() => cancel.mutate()}
        onClose={() => {
          setAsking(false);
          cancel.reset();
        }}
      />
    </>
  );
}
