// Asks before something that was written in a chat is deleted for good.
import type { UseMutationResult } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ConfirmDialog } from "./ConfirmDialog.tsx";

interface DeleteMessageDialogProps {
  opened: boolean;
  /** What deletes it. */
  removal: Pick<UseMutationResult<unknown, Error, never>, "error" | "isPending" | "reset">;
  onConfirm: () => void;
  onClose: () => void;
}

export function DeleteMessageDialog({ opened, removal, onConfirm, onClose }: DeleteMessageDialogProps) {
  const { t } = useTranslation();
  return (
    <ConfirmDialog
      opened={opened}
      title={t("chat.deleteTitle")}
      text={t("chat.deleteText")}
      action={t("chat.delete")}
      danger
      error={removal.error}
      pending={removal.isPending}
      onConfirm={onConfirm}
      onClose={() => {
        onClose();
        removal.reset();
      }}
    />
  );
}
