// The second step before a meeting ends for everybody.
import type { MeetingPreview } from "@open-meeting/client";
import type { Call } from "@open-meeting/client/room";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ConfirmDialog } from "../../../components/ConfirmDialog.tsx";

export interface EndDialogProps {
  call: Call;
  meeting: MeetingPreview;
  opened: boolean;
  onClose: () => void;
}

export function EndDialog({ call, meeting, opened, onClose }: EndDialogProps) {
  const { t } = useTranslation();
  const end = useMutation({ mutationFn: () => call.endForAll() });
  return (
    <ConfirmDialog
      opened={opened}
      title={t("call.end.title", { title: meeting.title })}
      text={t("call.end.text")}
      action={t("call.endForAll")}
      danger
      error={end.error}
      pending={end.isPending}
      onConfirm={() => end.mutate()}
      onClose={onClose}
    />
  );
}
