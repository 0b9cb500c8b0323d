// What stands in the way of being seen or heard, over the stage, until it is dismissed.
import { Alert, Button, CloseButton, Group, Text } from "@mantine/core";
import type { LocalMediaState, MediaSource } from "@open-meeting/client";
import type { Call, RoomState } from "@open-meeting/client/room";
import { IconDoorEnter, IconMicrophone, IconMicrophoneOff } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { DeviceProblemNotice } from "../prejoin/DeviceProblemNotice.tsx";
import classes from "./CallNotices.module.css";

interface CallNoticesProps {
  call: Call;
  media: LocalMediaState;
  room: RoomState;
  /** Whether those who wait can be seen in the panel anyway. */
  peopleOpen: boolean;
  onPeople: () => void;
}

export function CallNotices({ call, media, room, peopleOpen, onPeople }: CallNoticesProps) {
  const { t } = useTranslation();
  const problems = `${media.camera.problem ?? ""}/${media.microphone.problem ?? ""}`;
  const [dismissed, setDismissed] = useState("/");
  const [failed, setFailed] = useState<MediaSource | null>(null);
  useEffect(() => call.news.on("sendFailed", ({ source }) => setFailed(source)), [call]);

  return (
    <div className={classes.notices}>
      <VoiceNotice call={call} on={media.microphone.on} />
      {peopleOpen ? null : <KnockNotice call={call} room={room} onPeople={onPeople} />}
      {problems === "/" || problems === dismissed ? null : (
        <div className={classes.notice}>
          <DeviceProblemNotice local={call.local} media={media} />
          <CloseButton
            className={classes.close ?? ""}
            aria-label={t("common.close")}
            onClick={() => setDismissed(problems)}
          />
        </div>
      )}
      {media.screen.problem ? (
        <Alert color="yellow" role="alert" className={classes.notice ?? ""}>
          {t(`call.screenProblem.${media.screen.problem === "unsupported" ? "unsupported" : "failed"}`)}
        </Alert>
      ) : null}
      {failed === null ? null : (
        <Alert
          color="yellow"
          role="alert"
          className={classes.notice ?? ""}
          withCloseButton
          closeButtonLabel={t("common.close")}
          onClose={() => setFailed(null)}
        >
          {t(`call.sendFailed.${failed}`)}
        </Alert>
      )}
    </div>
  );
}

/** That a host has turned my microphone off, or asks me to turn it on. */
function VoiceNotice({ call, on }: { call: Call; on: boolean }) {
  const { t } = useTranslation();
  const [notice, setNotice] = useState<{ asked: boolean; name: string } | null>(null);
  useEffect(() => {
    const offs = [
      call.news.on("muted", ({ displayName }) => setNotice({ asked: false, name: displayName })),
      call.news.on("unmuteRequested", ({ displayName }) => setNotice({ asked: true, name: displayName })),
    ];
    return () => {
      for (const off of offs) off();
    };
  }, [call]);
  // Whoever speaks again has taken note.
  if (notice && on) setNotice(null);
  if (!notice || on) return null;
  const { asked, name } = notice;
  return (
    <Alert
      color={asked ? "brand" : "yellow"}
      role="alert"
      icon={asked ? <IconMicrophone /> : <IconMicrophoneOff />}
      className={classes.notice ?? ""}
      withCloseButton
      closeButtonLabel={t("common.close")}
      onClose={() => setNotice(null)}
    >
      {asked ? (
        <Group justify="space-between">
          <Text size="sm">{t("call.askedToUnmute", { name })}</Text>
          <Button size="compact-sm" onClick={() => void call.local.setMicrophone(true)}>
            {t("call.unmuteNow")}
          </Button>
        </Group>
      ) : (
        t("call.mutedBy", { name })
      )}
    </Alert>
  );
}

/** That somebody waits in the lobby. */
function KnockNotice({ call, room, onPeople }: { call: Call; room: RoomState; onPeople: () => void }) {
  const { t } = useTranslation();
  const [first, ...more] = room.lobby;
  if (!first) return null;
  const admit = () =>
    void call.room.admit(more.length === 0 ? first.userId : undefined).catch(() => undefined);
  return (
    <Alert color="brand" icon={<IconDoorEnter />} className={classes.notice ?? ""} data-testid="knock">
      <Group justify="space-between" gap="xs">
        <Text size="sm">
          {more.length === 0
            ? t("lobby.knocks", { name: first.displayName })
            : t("lobby.knockMany", { count: room.lobby.length })}
        </Text>
        <Group gap="xs">
          <Button size="compact-sm" variant="default" onClick={onPeople}>
            {t("lobby.view")}
          </Button>
          <Button size="compact-sm" onClick={admit}>
            {more.length === 0 ? t("lobby.admit") : t("lobby.admitAll")}
          </Button>
        </Group>
      </Group>
    </Alert>
  );
}
