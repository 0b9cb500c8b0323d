// A large mirror, with the switches for camera and microphone and a meter that moves.
import { ActionIcon, Loader, Tooltip } from "@mantine/core";
import type { LocalMedia, LocalMediaState } from "@open-meeting/client";
import { IconMicrophone, IconMicrophoneOff, IconVideo, IconVideoOff } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { PersonAvatar } from "../../../components/PersonAvatar.tsx";
import { useMaybeUser } from "../../../hooks/use-session.ts";
import { VideoView } from "../VideoView.tsx";
import { LevelBars } from "./LevelBars.tsx";
import classes from "./Preview.module.css";

interface PreviewProps {
  local: LocalMedia;
  media: LocalMediaState;
  name: string;
}

export function Preview({ local, media, name }: PreviewProps) {
  const { t } = useTranslation();
  const user = useMaybeUser();
  const { camera, microphone } = media;
  return (
    <div className={classes.stage}>
      {camera.on && camera.track ? (
        <VideoView track={camera.track} mirrored fit="cover" label={t("prejoin.preview")} />
      ) : (
        <div className={classes.off}>
          {camera.starting ? (
            <Loader color="gray" role="status" aria-label={t("prejoin.starting")} />
          ) : (
            <>
              <PersonAvatar
                className={classes.avatar ?? ""}
                id={user?.id ?? ""}
                name={name}
                url={user?.avatar_url ?? null}
                size={128}
              />
              <span>{t("prejoin.cameraOff")}</span>
            </>
          )}
        </div>
      )}
      <div className={classes.meter}>
        <LevelBars track={microphone.on ? microphone.track : null} />
      </div>
      <div className={classes.switches}>
        <Switch
          on={microphone.on}
          label={microphone.on ? t("call.mute") : t("call.unmute")}
          onClick={() => void local.setMicrophone(!microphone.on)}
          busy={microphone.starting}
          icon={microphone.on ? <IconMicrophone /> : <IconMicrophoneOff />}
        />
        <Switch
          on={camera.on}
          label={camera.on ? t("call.cameraOff") : t("call.cameraOn")}
          onClick={() => void local.setCamera(!camera.on)}
          busy={camera.starting}
          icon={camera.on ? <IconVideo /> : <IconVideoOff />}
        />
      </div>
    </div>
  );
}

interface SwitchProps {
  on: boolean;
  label: string;
  busy: boolean;
  icon: React.ReactNode;
  onClick: () => void;
}

function Switch({ on, label, busy, icon, onClick }: SwitchProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        size={52}
        radius="xl"
        className={classes.switch}
        data-off={!on || undefined}
        aria-label={label}
        loading={busy}
        onClick={onClick}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
