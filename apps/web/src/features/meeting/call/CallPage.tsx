// The call itself: stage, bar, panel, and everything that is said along the way.
import type { CloseReason, LocalMedia, Meeting } from "@open-meeting/client";
import type { Call } from "@open-meeting/client/room";
import { Suspense, useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDarkPage } from "../../../app/scheme.ts";
import { useStore } from "../../../hooks/use-store.ts";
import type { CallFacts } from "../visit.ts";
import { AudioOutlet } from "./AudioOutlet.tsx";
import { CallHeader } from "./CallHeader.tsx";
import classes from "./CallPage.module.css";
import { CallNotices } from "./CallNotices.tsx";
import { ConnectionPill } from "./ConnectionPill.tsx";
import { ControlBar } from "./ControlBar.tsx";
import { ShortcutsHelp } from "./dialogs.ts";
import { Joining } from "./Joining.tsx";
import { News } from "./News.tsx";
import { SidePanel, type Panel } from "./SidePanel.tsx";
import { Stage } from "./Stage.tsx";
import { useAutoHide } from "./use-auto-hide.ts";
import { useCall } from "./use-call.ts";
import { toggleFullScreen, useShortcuts } from "./use-shortcuts.ts";

interface CallPageProps {
  meeting: Meeting;
  local: LocalMedia;
  displayName: string;
  onClosed: (reason: CloseReason, facts: CallFacts) => void;
}

export function CallPage({ meeting, local, displayName, onClosed }: CallPageProps) {
  useDarkPage();
  const call = useCall({ meetingId: meeting.id, local, displayName, onClosed });
  if (!call) return null;
  return <InCall call={call} meeting={meeting} displayName={displayName} />;
}

interface InCallProps {
  call: Call;
  meeting: Meeting;
  displayName: string;
}

function InCall({ call, meeting, displayName }: InCallProps) {
  const { t } = useTranslation();
  const room = useStore(call.room.state);
  const media = useStore(call.local.state);
  const [panel, setPanel] = useState<Panel | null>(null);
  const [help, setHelp] = useState(false);
  const [menuOpen, setMenuOpen] = useState(false);
  const bar = useRef<HTMLDivElement>(null);
  const hidden = useAutoHide(bar, panel !== null || menuOpen || help);

  const openPanel = useCallback((next: Panel | null) => {
    setPanel((present) => (present === next ? null : next));
  }, []);
  useEffect(() => call.showChat(panel === "chat"), [call, panel]);
  useShortcuts(call, {
    onChat: () => openPanel("chat"),
    onPeople: () => openPanel("people"),
    onHelp: () => setHelp((present) => !present),
    onFullScreen: toggleFullScreen,
  });

  if (room.self === null) {
    return <Joining meeting={meeting} onCancel={() => void call.leave()} />;
  }
  return (
    <main
      className={classes.page}
      data-panel={panel ?? undefined}
      aria-label={t("call.label", { title: meeting.title })}
    >
      <div className={classes.stage}>
        <CallHeader meeting={meeting} people={room.participants.length + 1} hidden={hidden} />
        <ConnectionPill room={room} />
        <CallNotices call={call} media={media} />
        <Stage call={call} room={room} media={media} meeting={meeting} displayName={displayName} />
        <News call={call} chatOpen={panel === "chat"} />
        <ControlBar
          barRef={bar}
          call={call}
          meeting={meeting}
          room={room}
          media={media}
          panel={panel}
          hidden={hidden}
          onPanel={openPanel}
          onHelp={() => setHelp(true)}
          onMenu={setMenuOpen}
        />
      </div>
      {panel === null ? null : (
        <SidePanel
          panel={panel}
          call={call}
          room={room}
          media={media}
          meeting={meeting}
          displayName={displayName}
          onClose={() => setPanel(null)}
        />
      )}
      <AudioOutlet room={room} speakerId={media.choices.speakerId} />
      <Suspense>
        <ShortcutsHelp opened={help} onClose={() => setHelp(false)} />
      </Suspense>
    </main>
  );
}
