// Who is here.
import { Alert, Button, Group, ScrollArea, TextInput } from "@mantine/core";
import type { LocalMediaState, MeetingPreview } from "@open-meeting/client";
import { moderates, type Call, type RoomState } from "@open-meeting/client/room";
import {
  IconHandStop,
  IconLock,
  IconLockOpen,
  IconMicrophone,
  IconMicrophoneOff,
  IconSearch,
  IconVideo,
  IconVideoOff,
} from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { CopyLinkButton } from "../../../components/CopyLink.tsx";
import { PersonAvatar } from "../../../components/PersonAvatar.tsx";
import { useMaybeUser } from "../../../hooks/use-session.ts";
import { LobbyList } from "./LobbyList.tsx";
import classes from "./PeoplePanel.module.css";
import { PersonMenu } from "./PersonMenu.tsx";
import { tilesOf, type TileModel } from "./tiles.ts";

interface PeoplePanelProps {
  call: Call;
  room: RoomState;
  media: LocalMediaState;
  meeting: MeetingPreview;
  displayName: string;
}

/** With more people than this a search is worth its space. */
const SEARCH_FROM = 8;

const RANK = { host: 0, "co-host": 1, participant: 2, guest: 3 } as const;

export function PeoplePanel({ call, room, media, meeting, displayName }: PeoplePanelProps) {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  const { self, others } = tilesOf(room, media, displayName);
  const wanted = search.trim().toLowerCase();
  const order = (a: TileModel, b: TileModel): number =>
    (a.hand ?? Infinity) === (b.hand ?? Infinity)
      ? RANK[a.role] - RANK[b.role]
      : (a.hand ?? Infinity) - (b.hand ?? Infinity);
  const people = [self, ...others.sort(order)].filter((person) => person.name.toLowerCase().includes(wanted));
  // Something that a host does to the room or to somebody in it.
  const act = useMutation({ mutationFn: (action: () => Promise<void>) => action() });
  return (
    <>
      {act.isError ? (
        <Alert
          color="red"
          role="alert"
          mx="md"
          mb="xs"
          withCloseButton
          onClose={() => act.reset()}
          closeButtonLabel={t("common.close")}
        >
          {t("people.failed")}
        </Alert>
      ) : null}
      <LobbyList call={call} waiting={room.lobby} act={act.mutate} />
      {others.length >= SEARCH_FROM ? (
        <TextInput
          mx="md"
          mb="xs"
          aria-label={t("people.search")}
          placeholder={t("people.search")}
          leftSection={<IconSearch size={18} stroke={1.6} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      ) : null}
      <ScrollArea className={classes.scroll ?? ""} type="auto">
        <ul className={classes.list}>
          {people.map((person) => (
            <Person key={person.key} person={person} call={call} room={room} act={act.mutate} />
          ))}
        </ul>
        {people.length === 0 ? <p className={classes.none}>{t("people.none")}</p> : null}
      </ScrollArea>
      <footer className={classes.footer}>
        {room.self && moderates(room.self.role) ? (
          <Group gap="xs" mb="xs">
            <Button
              variant="default"
              leftSection={<IconMicrophoneOff size={18} stroke={1.6} />}
              onClick={() => act.mutate(() => call.room.mute())}
            >
              {t("people.muteAll")}
            </Button>
            <Button
              variant="default"
              aria-pressed={room.locked}
              leftSection={
                room.locked ? <IconLockOpen size={18} stroke={1.6} /> : <IconLock size={18} stroke={1.6} />
              }
              onClick={() => act.mutate(() => call.room.lock(!room.locked))}
            >
              {room.locked ? t("people.unlock") : t("people.lock")}
            </Button>
          </Group>
        ) : null}
        <CopyLinkButton code={meeting.code} />
      </footer>
    </>
  );
}

interface PersonProps {
  person: TileModel;
  call: Call;
  room: RoomState;
  act: (action: () => Promise<void>) => void;
}

function Person({ person, call, room, act }: PersonProps) {
  const { t } = useTranslation();
  const user = useMaybeUser();
  const { name, own, role, muted, track } = person;
  return (
    <li className={classes.person} data-user={person.userId}>
      <PersonAvatar id={person.userId} name={name} url={own ? (user?.avatar_url ?? null) : null} size={36} />
      <div className={classes.who}>
        <span className={classes.name}>{own ? t("people.self", { name }) : name}</span>
        {role !== "participant" ? <span className={classes.role}>{t(`people.role.${role}`)}</span> : null}
      </div>
      {person.hand === null ? null : (
        <span className={classes.hand} role="img" aria-label={t("call.handAt", { place: person.hand })}>
          <IconHandStop size={18} aria-hidden /> {person.hand}
        </span>
      )}
      {muted ? (
        <IconMicrophoneOff size={18} role="img" aria-label={t("call.muted")} className={classes.dim ?? ""} />
      ) : (
        <IconMicrophone size={18} role="img" aria-label={t("people.speaking")} />
      )}
      {track ? (
        <IconVideo size={18} role="img" aria-label={t("people.cameraOn")} />
      ) : (
        <IconVideoOff size={18} role="img" aria-label={t("people.cameraOff")} className={classes.dim ?? ""} />
      )}
      <PersonMenu person={person} call={call} room={room} act={act} />
    </li>
  );
}
