// Which camera, microphone and loudspeaker to use.
import { Select, Stack } from "@mantine/core";
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
    <Select
      label={label}
      leftSection={icon}
      data={labelled(devices, label).map(({ id, label: text }) => ({ value: id, label: text }))}
      value={value}
      onChange={(id) => {
        if (id) onChoose(id);
      }}
      allowDeselect={false}
      disabled={devices.length === 0}
      placeholder={t("devices.none")}
    />
  );
}
