// Who is here.
import { ScrollArea, TextInput } from "@mantine/core";
import type { LocalMediaState, MeetingPreview } from "@open-meeting/client";
import type { RoomState } from "@open-meeting/client/room";
import { IconMicrophone, IconMicrophoneOff, IconSearch, IconVideo, IconVideoOff } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { CopyLinkButton } from "../../../components/CopyLink.tsx";
import { PersonAvatar } from "../../../components/PersonAvatar.tsx";
import { useMaybeUser } from "../../../hooks/use-session.ts";
import classes from "./PeoplePanel.module.css";
import { tilesOf, type TileModel } from "./tiles.ts";

interface PeoplePanelProps {
  room: RoomState;
  media: LocalMediaState;
  meeting: MeetingPreview;
  displayName: string;
}

/** With more people than this a search is worth its space. */
const SEARCH_FROM = 8;

const RANK = { host: 0, "co-host": 1, participant: 2, guest: 3 } as const;

export function PeoplePanel({ room, media, meeting, displayName }: PeoplePanelProps) {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  const { self, others } = tilesOf(room, media, displayName);
  const wanted = search.trim().toLowerCase();
  const people = [self, ...others.sort((a, b) => RANK[a.role] - RANK[b.role])].filter((person) =>
    person.name.toLowerCase().includes(wanted),
  );
  return (
    <>
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
            <Person key={person.key} person={person} />
          ))}
        </ul>
        {people.length === 0 ? <p className={classes.none}>{t("people.none")}</p> : null}
      </ScrollArea>
      <footer className={classes.footer}>
        <CopyLinkButton code={meeting.code} />
      </footer>
    </>
  );
}

function Person({ person }: { person: TileModel }) {
  const { t } = useTranslation();
  const user = useMaybeUser();
  const { name, own, role, muted, track } = person;
  return (
    <li className={classes.person} data-user={person.userId}>
      <PersonAvatar id={person.userId} name={name} url={own ? (user?.avatar_url ?? null) : null} size={36} />
      <div className={classes.who}>
        <span className={classes.name}>{own ? t("people.self", { name }) : name}</span>
        {role === "host" || role === "co-host" ? (
          <span className={classes.role}>{t(`people.role.${role}`)}</span>
        ) : null}
      </div>
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
    </li>
  );
}
