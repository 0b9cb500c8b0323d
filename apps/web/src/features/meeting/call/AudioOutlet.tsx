// Makes the others heard, on the chosen loudspeaker; asks for a click when the browser wants one first.
import { Button } from "@mantine/core";
import type { RoomState } from "@open-meeting/client/room";
import { IconVolume } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./AudioOutlet.module.css";

interface AudioOutletProps {
  room: RoomState;
  speakerId: string | null;
}

export function AudioOutlet({ room, speakerId }: AudioOutletProps) {
  const { t } = useTranslation();
  const [blocked, setBlocked] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const tracks = room.participants.flatMap((participant) =>
    [participant.media.microphone?.track, participant.media["screen-audio"]?.track].filter(
      (track) => track != null,
    ),
  );
  const playAll = () => {
    setBlocked(false);
    for (const audio of box.current?.querySelectorAll("audio") ?? []) {
      audio.play().catch(() => setBlocked(true));
    }
  };
  return (
    <>
      <div ref={box} hidden>
        {tracks.map((track) => (
          <Voice key={track.id} track={track} speakerId={speakerId} onBlocked={() => setBlocked(true)} />
        ))}
      </div>
      {blocked ? (
        <div className={classes.blocked} role="alert">
          <Button leftSection={<IconVolume size={20} />} onClick={playAll}>
            {t("call.hear")}
          </Button>
        </div>
      ) : null}
    </>
  );
}

interface VoiceProps {
  track: MediaStreamTrack;
  speakerId: string | null;
  onBlocked: () => void;
}

function Voice({ track, speakerId, onBlocked }: VoiceProps) {
  const element = useRef<HTMLAudioElement>(null);
  const blocked = useRef(onBlocked);
  useEffect(() => {
    blocked.current = onBlocked;
  }, [onBlocked]);
  useEffect(() => {
    const audio = element.current;
    if (!audio) return;
    audio.srcObject = new MediaStream([track]);
    audio.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "NotAllowedError") blocked.current();
    });
    return () => {
      audio.srcObject = null;
    };
  }, [track]);
  useEffect(() => {
    const audio = element.current;
    if (!audio || !("setSinkId" in audio) || speakerId === null) return;
    // The remembered loudspeaker may be unplugged: the default one plays on.
    audio.setSinkId(speakerId).catch(() => undefined);
  }, [speakerId]);
  // eslint-disable-next-line jsx-a11y/media-has-caption -- live speech of participants has no captions
  return <audio ref={element} autoPlay />;
}
