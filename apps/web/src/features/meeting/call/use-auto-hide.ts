// Hides the bar while nothing happens.
import { useEffect, useState, type RefObject } from "react";

/** Without movement for so long the bar goes, in milliseconds. */
const QUIET_MS = 4_000;

/** Whether the bar is hidden now: never while the keyboard is on it, nor while `keep`. */
export function useAutoHide(bar: RefObject<HTMLElement | null>, keep: boolean): boolean {
  const [quiet, setQuiet] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const fallAsleep = () => {
      if (bar.current?.querySelector(":focus-visible")) timer = setTimeout(fallAsleep, QUIET_MS);
      else setQuiet(true);
    };
    const wake = () => {
      setQuiet(false);
      clearTimeout(timer);
      timer = setTimeout(fallAsleep, QUIET_MS);
    };
    const events = ["pointermove", "pointerdown", "keydown", "focusin"] as const;
    for (const event of events) window.addEventListener(event, wake, { passive: true });
    wake();
    return () => {
      clearTimeout(timer);
      for (const event of events) window.removeEventListener(event, wake);
    };
  }, [bar]);
  return quiet && !keep;
}
