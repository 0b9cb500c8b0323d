// The panel at the right: people or chat, one at a time. On a phone it covers the stage.
import { CloseButton } from "@mantine/core";
import type { LocalMediaState, MeetingPreview } from "@open-meeting/client";
import type { Call, RoomState } from "@open-meeting/client/room";
import { useTranslation } from "react-i18next";
import { ChatPanel } from "./ChatPanel.tsx";
import { PeoplePanel } from "./PeoplePanel.tsx";
import classes from "./SidePanel.module.css";

export type Panel = "people" | "chat";

export interface SidePanelProps {
  panel: Panel;
  call: Call;
  room: RoomState;
  media: LocalMediaState;
  meeting: MeetingPreview;
  displayName: string;
  onClose: () => void;
}

export function SidePanel({ panel, call, room, media, meeting, displayName, onClose }: SidePanelProps) {
  const { t } = useTranslation();
  const title = panel === "people" ? t("people.title") : t("chat.title");
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape closes the panel from anywhere in it
    <aside
      className={classes.panel}
      aria-label={title}
      onKeyDown={(event) => {
        // Menus and dialogs of the panel are elsewhere on the page, and close themselves.
        const within = event.target instanceof Node && event.currentTarget.contains(event.target);
        if (event.key === "Escape" && within) onClose();
      }}
    >
      <header className={classes.header}>
        <h2 className={classes.title}>{title}</h2>
        <CloseButton aria-label={t("common.close")} onClick={onClose} />
      </header>
      {panel === "people" ? (
        <PeoplePanel call={call} room={room} media={media} meeting={meeting} displayName={displayName} />
      ) : (
        <ChatPanel call={call} room={room} />
      )}
    </aside>
  );
}
