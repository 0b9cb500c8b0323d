// The bar at the bottom: everything that is done all the time.
import type { LocalMediaState, MeetingPreview } from "@open-meeting/client";
import { mayPublish, mayUnmute, type Call, type RoomState } from "@open-meeting/client/room";
import {
  IconHandStop,
  IconMessage,
  IconMicrophone,
  IconMicrophoneOff,
  IconScreenShare,
  IconScreenShareOff,
  IconUsers,
  IconVideo,
  IconVideoOff,
} from "@tabler/icons-react";
import { Box } from "@mantine/core";
import type { RefObject } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "../../../hooks/use-store.ts";
import { ControlButton } from "./ControlButton.tsx";
import classes from "./ControlBar.module.css";
import { CameraMenu, MicrophoneMenu } from "./DeviceMenu.tsx";
import { LeaveButton } from "./LeaveButton.tsx";
import { MoreMenu } from "./MoreMenu.tsx";
import { ReactionMenu } from "./ReactionMenu.tsx";
import type { Panel } from "./SidePanel.tsx";

interface ControlBarProps {
  barRef: RefObject<HTMLDivElement | null>;
  call: Call;
  meeting: MeetingPreview;
  room: RoomState;
  media: LocalMediaState;
  panel: Panel | null;
  hidden: boolean;
  onPanel: (panel: Panel) => void;
  onHelp: () => void;
  onMenu: (open: boolean) => void;
}

export function ControlBar({
  barRef,
  call,
  meeting,
  room,
  media,
  panel,
  hidden,
  onPanel,
  onHelp,
  onMenu,
}: ControlBarProps) {
  const { t } = useTranslation();
  const { pushToTalk, unread } = useStore(call.state);
  const { camera, microphone, screen } = media;
  const sharing = screen.video !== null;
  const mayShare = mayPublish(room, "screen");
  const maySpeak = mayPublish(room, "microphone") && (microphone.on || mayUnmute(room));
  const handRaised = room.self !== null && room.self.handRaisedAt !== null;
  const canShare = "mediaDevices" in navigator && "getDisplayMedia" in navigator.mediaDevices;
  return (
    <div
      ref={barRef}
      className={classes.bar}
      data-hidden={hidden || undefined}
      role="toolbar"
      aria-label={t("call.controls")}
    >
      <div className={classes.pair}>
        <ControlButton
          label={microphone.on ? t("call.mute") : maySpeak ? t("call.unmute") : t("call.unmuteWhenAsked")}
          shortcut="M"
          tone={microphone.on ? (pushToTalk ? "on" : "normal") : "off"}
          icon={microphone.on ? <IconMicrophone /> : <IconMicrophoneOff />}
          busy={microphone.starting}
          disabled={!maySpeak}
          onClick={() => void call.toggleMicrophone()}
        />
        <MicrophoneMenu local={call.local} media={media} onMenu={onMenu} />
      </div>
      <div className={classes.pair}>
        <ControlButton
          label={camera.on ? t("call.cameraOff") : t("call.cameraOn")}
          shortcut="V"
          tone={camera.on ? "normal" : "off"}
          icon={camera.on ? <IconVideo /> : <IconVideoOff />}
          busy={camera.starting}
          disabled={!mayPublish(room, "camera")}
          onClick={() => void call.toggleCamera()}
        />
        <CameraMenu local={call.local} media={media} onMenu={onMenu} />
      </div>
      {canShare ? (
        <ControlButton
          label={sharing ? t("call.stopSharing") : mayShare ? t("call.share") : t("call.shareNotAllowed")}
          shortcut="S"
          tone={sharing ? "on" : "normal"}
          icon={sharing ? <IconScreenShareOff /> : <IconScreenShare />}
          disabled={!mayShare}
          onClick={() => void call.toggleScreen()}
        />
      ) : null}
      <ControlButton
        label={handRaised ? t("call.lowerHand") : t("call.raiseHand")}
        shortcut="H"
        tone={handRaised ? "on" : "normal"}
        icon={<IconHandStop />}
        onClick={() => void call.toggleHand().catch(() => undefined)}
      />
      <Box visibleFrom="xs">
        <ReactionMenu call={call} onMenu={onMenu} />
      </Box>
      <ControlButton
        label={t("people.title")}
        shortcut="P"
        tone={panel === "people" ? "on" : "normal"}
        expanded={panel === "people"}
        icon={<IconUsers />}
        badge={{ count: room.lobby.length, label: t("people.waitingCount", { count: room.lobby.length }) }}
        onClick={() => onPanel("people")}
      />
      <ControlButton
        label={t("chat.title")}
        shortcut="C"
        tone={panel === "chat" ? "on" : "normal"}
        expanded={panel === "chat"}
        icon={<IconMessage />}
        badge={{ count: unread, label: t("chat.unread", { count: unread }) }}
        onClick={() => onPanel("chat")}
      />
      <MoreMenu call={call} meeting={meeting} onHelp={onHelp} onMenu={onMenu} />
      <LeaveButton call={call} meeting={meeting} host={room.self?.role === "host"} onMenu={onMenu} />
    </div>
  );
}
