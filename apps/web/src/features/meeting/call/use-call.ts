// The lifetime of a call in a component.
import type { CloseReason, LocalMedia } from "@open-meeting/client";
import { Call } from "@open-meeting/client/room";
import { useEffect, useRef, useState } from "react";
import { api } from "../../../app/api.ts";
import { guestPass, rememberVisit } from "../visit-storage.ts";
import type { CallFacts } from "../visit.ts";

interface UseCallOptions {
  /** The meeting's code. */
  code: string;
  local: LocalMedia;
  displayName: string;
  passcode: string | null;
  guest: boolean;
  /** Called once, when the call is over for whatever reason. */
  onClosed: (reason: CloseReason, facts: CallFacts) => void;
}

/** Joins when the component appears and leaves when it goes. */
export function useCall(options: UseCallOptions): Call | null {
  const { code, local, displayName, passcode, guest, onClosed } = options;
  const [call, setCall] = useState<Call | null>(null);
  const closed = useRef(onClosed);
  useEffect(() => {
    closed.current = onClosed;
  }, [onClosed]);

  useEffect(() => {
    const next = new Call({
      api,
      meetingId: code,
      displayName,
      local,
      ...(passcode === null ? {} : { passcode }),
      ...(guest ? { guest: guestPass(code) } : {}),
    });
    let name = displayName;
    let joinedAt: number | null = null;
    let people = 0;
    const unsubscribe = next.room.state.subscribe(() => {
      const { connection, participants, self, waiting } = next.room.state.get();
      if (self?.displayName != null && self.displayName !== name) {
        name = self.displayName;
        rememberVisit(code, name);
      }
      if (connection.status === "connected" && self !== null && !waiting) {
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
  }, [code, local, displayName, passcode, guest]);
  return call;
}
