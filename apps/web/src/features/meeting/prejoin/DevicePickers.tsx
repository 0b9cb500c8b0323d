// Which camera, microphone and loudspeaker to use.
import { NativeSelect, Stack } from "@mantine/core";
import type { DeviceChoice, LocalMedia, LocalMediaState } from "@open-meeting/client";
import { IconMicrophone, IconVideo, IconVolume } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { canChooseSpeaker, chosen, labelled } from "../devices.ts";

interface DevicePickersProps {
  local: LocalMedia;
  media: LocalMediaState;
}

export function DevicePickers({ local, media }: DevicePickersProps) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      <Picker
        label={t("devices.microphone")}
        icon={<IconMicrophone size={18} stroke={1.6} />}
        devices={media.microphones}
        value={chosen(media.microphones, media.choices.microphoneId, media.microphone.track)}
        onChoose={(id) => void local.selectMicrophone(id)}
      />
      <Picker
        label={t("devices.camera")}
        icon={<IconVideo size={18} stroke={1.6} />}
        devices={media.cameras}
        value={chosen(media.cameras, media.choices.cameraId, media.camera.track)}
        onChoose={(id) => void local.selectCamera(id)}
      />
      {canChooseSpeaker() && media.speakers.length > 0 ? (
        <Picker
          label={t("devices.speaker")}
          icon={<IconVolume size={18} stroke={1.6} />}
          devices={media.speakers}
          value={chosen(media.speakers, media.choices.speakerId, null)}
          onChoose={(id) => local.selectSpeaker(id)}
        />
      ) : null}
    </Stack>
  );
}

interface PickerProps {
  label: string;
  icon: ReactNode;
  devices: readonly DeviceChoice[];
  value: string | null;
  onChoose: (id: string) => void;
}

function Picker({ label, icon, devices, value, onChoose }: PickerProps) {
  const { t } = useTranslation();
  return (
    // The browser's own list: it is at hand at the door at once, and what people know on a phone.
    <NativeSelect
      label={label}
      leftSection={icon}
      data={
        devices.length === 0
          ? [{ value: "", label: t("devices.none") }]
          : labelled(devices, label).map(({ id, label: text }) => ({ value: id, label: text }))
      }
      value={value ?? ""}
      onChange={(event) => onChoose(event.currentTarget.value)}
      disabled={devices.length === 0}
    />
  );
}
