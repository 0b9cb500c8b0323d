// The call itself: stage, bar, panel, and everything that is said along the way.
import type { CloseReason, LocalMedia, MeetingPreview } from "@open-meeting/client";
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
import { ShortcutsHelp, SidePanel } from "./dialogs.ts";
import { Joining } from "./Joining.tsx";
import { News } from "./News.tsx";
import { Reactions } from "./Reactions.tsx";
import type { Panel } from "./SidePanel.tsx";
import { Stage } from "./Stage.tsx";
import { useAutoHide } from "./use-auto-hide.ts";
import { useCall } from "./use-call.ts";
import { toggleFullScreen, useShortcuts } from "./use-shortcuts.ts";
import { WaitingRoom } from "./WaitingRoom.tsx";

interface CallPageProps {
  meeting: MeetingPreview;
  local: LocalMedia;
  displayName: string;
  passcode: string | null;
  guest: boolean;
  onClosed: (reason: CloseReason, facts: CallFacts) => void;
}

export function CallPage({ meeting, ...visit }: CallPageProps) {
  useDarkPage();
  const { displayName } = visit;
  const call = useCall({ code: meeting.code, ...visit });
  if (!call) return null;
  return <InCall call={call} meeting={meeting} displayName={displayName} />;
}

interface InCallProps {
  call: Call;
  meeting: MeetingPreview;
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
  if (room.waiting) {
    return <WaitingRoom call={call} room={room} media={media} meeting={meeting} displayName={displayName} />;
  }
  return (
    <main
      className={classes.page}
      data-panel={panel ?? undefined}
      aria-label={t("call.label", { title: meeting.title })}
    >
      <div className={classes.stage}>
        <CallHeader
          locked={room.locked}
          meeting={meeting}
          people={room.participants.length + 1}
          hidden={hidden}
        />
        <ConnectionPill room={room} />
        <CallNotices
          call={call}
          media={media}
          room={room}
          peopleOpen={panel === "people"}
          onPeople={() => setPanel("people")}
        />
        <Stage call={call} room={room} media={media} meeting={meeting} displayName={displayName} />
        <Reactions call={call} />
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
        <Suspense>
          <SidePanel
            panel={panel}
            call={call}
            room={room}
            media={media}
            meeting={meeting}
            displayName={displayName}
            onClose={() => setPanel(null)}
          />
        </Suspense>
      )}
      <AudioOutlet room={room} speakerId={media.choices.speakerId} />
      <Suspense>
        <ShortcutsHelp opened={help} onClose={() => setHelp(false)} />
      </Suspense>
    </main>
  );
}
