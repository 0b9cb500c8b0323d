// My picture: choosing one, and removing it.
import { Alert, Button, FileButton, Group } from "@mantine/core";
import { IconAlertTriangle, IconPhoto } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../app/api.ts";
import { Card } from "../../../components/Card.tsx";
import { ConfirmDialog } from "../../../components/ConfirmDialog.tsx";
import { Done } from "../../../components/Done.tsx";
import { PersonAvatar } from "../../../components/PersonAvatar.tsx";
import { useUser } from "../../../hooks/use-session.ts";
import { CropDialog } from "./CropDialog.tsx";
import { openPicture, type OpenPicture } from "./open-picture.ts";

const ACCEPT = "image/jpeg,image/png,image/webp";

export function PictureCard() {
  const { t } = useTranslation();
  const user = useUser();
  const resetInput = useRef<() => void>(null);
  const chooseButton = useRef<HTMLButtonElement>(null);
  const [picture, setPicture] = useState<OpenPicture | null>(null);
  const [removing, setRemoving] = useState(false);
  const [done, setDone] = useState<"saved" | "removed" | null>(null);
  const open = useMutation({ mutationFn: openPicture, onSuccess: setPicture });
  const remove = useMutation({
    mutationFn: () => api.account.removeAvatar(),
    onSuccess: () => {
      setRemoving(false);
      setDone("removed");
    },
  });

  const close = () => {
    if (picture) URL.revokeObjectURL(picture.url);
    setPicture(null);
    // The same file may be chosen again.
    resetInput.current?.();
    chooseButton.current?.focus();
  };

  return (
    <Card title={t("profile.picture")} text={t("profile.pictureHelp")}>
      <Group gap="lg">
        <PersonAvatar id={user.id} name={user.nickname} url={user.avatar_url} size={96} />
        <Group gap="sm">
          <FileButton
            accept={ACCEPT}
            resetRef={resetInput}
            inputProps={{ "aria-label": t("profile.choose") }}
            onChange={(file) => {
              setDone(null);
              if (file) open.mutate(file);
            }}
          >
            {(props) => (
              <Button
                {...props}
                ref={chooseButton}
                variant="default"
                loading={open.isPending}
                leftSection={<IconPhoto size={18} stroke={1.6} />}
              >
                {user.avatar_url ? t("profile.change") : t("profile.choose")}
              </Button>
            )}
          </FileButton>
          {user.avatar_url ? (
            <Button variant="subtle" color="gray" onClick={() => setRemoving(true)}>
              {t("profile.remove")}
            </Button>
          ) : null}
        </Group>
      </Group>
      {open.isError ? (
        <Alert color="red" icon={<IconAlertTriangle />} role="alert">
          {t("crop.unreadable")}
        </Alert>
      ) : null}
      <Done>
        {done === "saved"
          ? t("profile.pictureSaved")
          : done === "removed"
            ? t("profile.pictureRemoved")
            : null}
      </Done>
      {picture ? (
        <CropDialog
          picture={picture}
          onClose={close}
          onSaved={() => {
            setDone("saved");
            close();
          }}
        />
      ) : null}
      <ConfirmDialog
        opened={removing}
        title={t("profile.removeTitle")}
        text={t("profile.removeText")}
        action={t("profile.remove")}
        danger
        error={remove.error}
        pending={remove.isPending}
        onConfirm={() => remove.mutate()}
        onClose={() => setRemoving(false)}
      />
    </Card>
  );
}
