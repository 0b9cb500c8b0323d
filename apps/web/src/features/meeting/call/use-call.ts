// The lifetime of a call in a component.
import type { CloseReason, LocalMedia } from "@open-meeting/client";
import { Call } from "@open-meeting/client/room";
import { useEffect, useRef, useState } from "react";
import { api } from "../../../app/api.ts";
import type { CallFacts } from "../visit.ts";

interface UseCallOptions {
  meetingId: string;
  local: LocalMedia;
  displayName: string;
  /** Called once, when the call is over for whatever reason. */
  onClosed: (reason: CloseReason, facts: CallFacts) => void;
}

/** Joins when the component appears and leaves when it goes. */
export function useCall({ meetingId, local, displayName, onClosed }: UseCallOptions): Call | null {
  const [call, setCall] = useState<Call | null>(null);
  const closed = useRef(onClosed);
  useEffect(() => {
    closed.current = onClosed;
  }, [onClosed]);

  useEffect(() => {
    const next = new Call({ api, meetingId, displayName, local });
    let joinedAt: number | null = null;
    let people = 0;
    const unsubscribe = next.room.state.subscribe(() => {
      const { connection, participants } = next.room.state.get();
      if (connection.status === "connected") {
        joinedAt ??= Date.now();
        people = Math.max(people, participants.length + 1);
      }
      if (connection.status === "closed") {
        unsubscribe();
        next.stop();
        closed.current(connection.reason, {
          duration: joinedAt === null ? null : Date.now() - joinedAt,
          people,
        });
      }
    });
    next.start();
    setCall(next);
    return () => {
      unsubscribe();
      void next.leave();
    };
  }, [meetingId, local, displayName]);
  return call;
}
