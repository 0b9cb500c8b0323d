// The arrow beside a switch: which device it is about.
import { ActionIcon, Menu } from "@mantine/core";
import type { DeviceChoice, LocalMedia, LocalMediaState } from "@open-meeting/client";
import { IconCheck, IconChevronUp } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { canChooseSpeaker, chosen, labelled } from "../devices.ts";
import classes from "./ControlBar.module.css";

interface DeviceMenuProps {
  local: LocalMedia;
  media: LocalMediaState;
  onMenu: (open: boolean) => void;
}

export function MicrophoneMenu({ local, media, onMenu }: DeviceMenuProps) {
  const { t } = useTranslation();
  const speakers = canChooseSpeaker() ? media.speakers : [];
  return (
    <ArrowMenu label={t("devices.chooseMicrophone")} onMenu={onMenu}>
      <Devices
        label={t("devices.microphone")}
        devices={media.microphones}
        value={chosen(media.microphones, media.choices.microphoneId, media.microphone.track)}
        onChoose={(id) => void local.selectMicrophone(id)}
      />
      {speakers.length > 0 ? (
        <Devices
          label={t("devices.speaker")}
          devices={speakers}
          value={chosen(speakers, media.choices.speakerId, null)}
          onChoose={(id) => local.selectSpeaker(id)}
        />
      ) : null}
    </ArrowMenu>
  );
}

export function CameraMenu({ local, media, onMenu }: DeviceMenuProps) {
  const { t } = useTranslation();
  return (
    <ArrowMenu label={t("devices.chooseCamera")} onMenu={onMenu}>
      <Devices
        label={t("devices.camera")}
        devices={media.cameras}
        value={chosen(media.cameras, media.choices.cameraId, media.camera.track)}
        onChoose={(id) => void local.selectCamera(id)}
      />
    </ArrowMenu>
  );
}

interface ArrowMenuProps {
  label: string;
  onMenu: (open: boolean) => void;
  children: React.ReactNode;
}

function ArrowMenu({ label, onMenu, children }: ArrowMenuProps) {
  return (
    <Menu position="top-start" width={300} onChange={onMenu}>
      <Menu.Target>
        <ActionIcon className={classes.arrow ?? ""} radius="md" aria-label={label}>
          <IconChevronUp size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}

interface DevicesProps {
  label: string;
  devices: readonly DeviceChoice[];
  value: string | null;
  onChoose: (id: string) => void;
}

function Devices({ label, devices, value, onChoose }: DevicesProps) {
  const { t } = useTranslation();
  return (
    <>
      <Menu.Label>{label}</Menu.Label>
      {devices.length === 0 ? <Menu.Item disabled>{t("devices.none")}</Menu.Item> : null}
      {labelled(devices, label).map((device) => (
        <Menu.Item
          key={device.id}
          leftSection={
            device.id === value ? <IconCheck size={16} aria-hidden /> : <span style={{ width: 16 }} />
          }
          aria-current={device.id === value ? "true" : undefined}
          onClick={() => onChoose(device.id)}
        >
          {device.label}
        </Menu.Item>
      ))}
    </>
  );
}
