// In the lobby: the host knows, and lets me in or not. My own picture stays on.
import { Button, Loader, Stack, Text, Title } from "@mantine/core";
import type { LocalMediaState, MeetingPreview } from "@open-meeting/client";
import type { Call, RoomState } from "@open-meeting/client/room";
import { useTranslation } from "react-i18next";
import { When } from "../../../components/When.tsx";
import { Preview } from "../prejoin/Preview.tsx";
import { ConnectionPill } from "./ConnectionPill.tsx";
import classes from "./WaitingRoom.module.css";

interface WaitingRoomProps {
  call: Call;
  room: RoomState;
  media: LocalMediaState;
  meeting: MeetingPreview;
  displayName: string;
}

export function WaitingRoom({ call, room, media, meeting, displayName }: WaitingRoomProps) {
  const { t } = useTranslation();
  return (
    <main className={classes.page} data-testid="waiting-room">
      <ConnectionPill room={room} />
      <div className={classes.column}>
        <Preview local={call.local} media={media} name={displayName} />
        <Stack align="center" gap="xs" ta="center" role="status">
          <Title order={1} size="h3" style={{ overflowWrap: "anywhere" }}>
            {meeting.title}
          </Title>
          <Text fw={600}>
            <Loader size={14} color="gray" mr={8} aria-hidden />
            {t("waitingRoom.title")}
          </Text>
          <Text c="dimmed" size="sm">
            {t("waitingRoom.text")}
          </Text>
          {meeting.status === "scheduled" && meeting.start_time ? (
            <Text c="dimmed" size="sm">
              {t("dashboard.starts")} <When time={meeting.start_time} />
            </Text>
          ) : null}
        </Stack>
        <Button variant="default" onClick={() => void call.leave()}>
          {t("call.leave")}
        </Button>
      </div>
    </main>
  );
}
