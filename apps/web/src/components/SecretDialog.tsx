// A dialog in which something is made that has a secret. Then the secret is shown, once.
import { Modal } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Secret } from "./Secret.tsx";

interface SecretDialogProps<Created> {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** The title, and what is said of the secret, when it was made. */
  told: (created: Created) => { title: string; label: string; secret: string; warning: string };
  /** The form, made anew with every opening. */
  form: (onCreated: (created: Created) => void, onCancel: () => void) => ReactNode;
}

export function SecretDialog<Created>({ opened, onClose, title, told, form }: SecretDialogProps<Created>) {
  const { t } = useTranslation();
  const [created, setCreated] = useState<Created | null>(null);
  const close = () => {
    onClose();
    setCreated(null);
  };
  const secret = created === null ? null : told(created);
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={secret?.title ?? title}
      size="lg"
      // The secret is not told again, so it takes more than a slip to close it away.
      closeOnClickOutside={secret === null}
      closeOnEscape={secret === null}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      {secret ? (
        <Secret label={secret.label} value={secret.secret} warning={secret.warning} onDone={close} />
      ) : (
        form(setCreated, close)
      )}
    </Modal>
  );
}
