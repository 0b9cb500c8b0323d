// Choosing the part of a picture that others will see.
import { Alert, Button, Group, Modal, Slider, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../app/api.ts";
import { fieldErrors } from "../../../app/error-text.ts";
import { FormError } from "../../../components/FormError.tsx";
import { maxZoom, toSquare } from "./crop.ts";
import classes from "./CropDialog.module.css";
import { CropView } from "./CropView.tsx";
import type { OpenPicture } from "./open-picture.ts";
import { useCrop } from "./use-crop.ts";

/** The edge of the stage, in pixels. It fits a phone. */
const STAGE = 264;

interface CropDialogProps {
  picture: OpenPicture;
  onSaved: () => void;
  onClose: () => void;
}

export function CropDialog(props: CropDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={t("crop.title")}
      size="auto"
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <CropForm {...props} />
    </Modal>
  );
}

function CropForm({ picture, onSaved, onClose }: CropDialogProps) {
  const { t } = useTranslation();
  const stage = useRef<HTMLDivElement>(null);
  const helpId = useId();
  const { crop, setZoom, listeners } = useCrop(picture, STAGE, stage);
  const save = useMutation({
    mutationFn: () => api.account.uploadAvatar(picture.file, toSquare(crop, picture)),
    onSuccess: onSaved,
  });
  const problem = Object.values(fieldErrors(t, save.error))[0];
  const largest = maxZoom(picture);

  return (
    <Stack w="min(420px, 100%)" maw={420}>
      <Group align="flex-end" justify="center" wrap="wrap" gap="md">
        <div
          ref={stage}
          className={classes.stage}
          role="button"
          tabIndex={0}
          data-autofocus
          aria-label={t("crop.stage")}
          aria-describedby={helpId}
          data-testid="crop-stage"
          {...listeners}
        >
          <CropView picture={picture} crop={crop} size={STAGE} />
          <div className={classes.ring} />
        </div>
        <div className={classes.previews} role="group" aria-label={t("crop.preview")}>
          <CropView picture={picture} crop={crop} size={64} round />
          <CropView picture={picture} crop={crop} size={36} round />
        </div>
      </Group>
      <Text size="sm" c="dimmed" id={helpId}>
        {t("crop.help")}
      </Text>
      <Slider
        label={null}
        thumbLabel={t("crop.zoom")}
        min={1}
        max={Math.max(largest, 1.01)}
        step={0.01}
        disabled={largest === 1}
        value={crop.zoom}
        onChange={setZoom}
      />
      {problem ? (
        <Alert color="red" icon={<IconAlertTriangle />} role="alert" title={t("crop.failed")}>
          {problem}
        </Alert>
      ) : (
        <FormError error={save.error} />
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t("common.cancel")}
        </Button>
        <Button loading={save.isPending} onClick={() => save.mutate()}>
          {t("crop.save")}
        </Button>
      </Group>
    </Stack>
  );
}
