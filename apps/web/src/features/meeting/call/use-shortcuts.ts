// The keys of a call. They do nothing while somebody writes.
import type { Call } from "@open-meeting/client/room";
import { useEffect, useRef } from "react";

interface ShortcutHandlers {
  onChat: () => void;
  onPeople: () => void;
  onHelp: () => void;
  onFullScreen: () => void;
}

/** What each key does, for the help and the tooltips. */
export const SHORTCUTS = [
  { key: "M", action: "microphone" },
  { key: "V", action: "camera" },
  { key: "S", action: "share" },
  { key: "H", action: "hand" },
  { key: "C", action: "chat" },
  { key: "P", action: "people" },
  { key: "F", action: "fullScreen" },
  { key: "Space", action: "pushToTalk" },
  { key: "?", action: "help" },
] as const;

/** Whether keys typed there belong to the element. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input, textarea, select, [role=textbox], [role=combobox]"))
  );
}

function usesSpace(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest("button, a, [role=button], [role=menuitem]") !== null
  );
}

export function toggleFullScreen(): void {
  const change = document.fullscreenElement
    ? document.exitFullscreen()
    : document.documentElement.requestFullscreen();
  change.catch(() => undefined);
}

/** Listens while the component is there. */
export function useShortcuts(call: Call, handlers: ShortcutHandlers): void {
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  }, [handlers]);
  useEffect(() => {
    const actions: Record<string, () => void> = {
      m: () => void call.toggleMicrophone(),
      v: () => void call.toggleCamera(),
      s: () => void call.toggleScreen(),
      h: () => void call.toggleHand().catch(() => undefined),
      c: () => latest.current.onChat(),
      p: () => latest.current.onPeople(),
      f: () => latest.current.onFullScreen(),
      "?": () => latest.current.onHelp(),
    };
    const down = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === " ") {
        if (usesSpace(event.target)) return;
        event.preventDefault();
        if (!event.repeat) call.pushToTalk(true);
        return;
      }
      const action = actions[event.key.toLowerCase()];
      // In a menu letters jump to entries.
      const inMenu = event.target instanceof HTMLElement && event.target.closest("[role=menu]") !== null;
      if (!action || event.repeat || inMenu) return;
      event.preventDefault();
      action();
    };
    const up = (event: KeyboardEvent) => {
      if (event.key === " ") call.pushToTalk(false);
    };
    const release = () => call.pushToTalk(false);
    window.addEventListener("keydown", down);
    window.addEventListener("keyup", up);
    window.addEventListener("blur", release);
    return () => {
      window.removeEventListener("keydown", down);
      window.removeEventListener("keyup", up);
      window.removeEventListener("blur", release);
    };
  }, [call]);
}
