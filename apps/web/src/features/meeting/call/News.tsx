// Who came and went, and what was written: shown for a moment, and read out politely by screen readers.
import type { Call } from "@open-meeting/client/room";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./News.module.css";

/** How long a line is shown, in milliseconds, and how many at once. */
const SHOWN_MS = 5_000;
const AT_ONCE = 3;

/** What can be read elsewhere is not shown here. */
type Shown = "always" | "unless-chat" | "never";

export function News({ call, chatOpen }: { call: Call; chatOpen: boolean }) {
  const { t } = useTranslation();
  const [lines, setLines] = useState<{ key: number; text: string; shown: Shown }[]>([]);
  const count = useRef(0);

  useEffect(() => {
    const timers = new Set<ReturnType<typeof setTimeout>>();
    const say = (text: string, shown: Shown = "always") => {
      count.current += 1;
      const key = count.current;
      setLines((present) => [...present, { key, text, shown }].slice(-AT_ONCE));
      timers.add(
        setTimeout(() => setLines((present) => present.filter((line) => line.key !== key)), SHOWN_MS),
      );
    };
    const offs = [
      call.news.on("joined", ({ displayName }) => say(t("call.news.joined", { name: displayName }))),
      call.news.on("left", ({ displayName }) => say(t("call.news.left", { name: displayName }))),
      call.news.on("sharing", ({ displayName }) => say(t("call.news.sharing", { name: displayName }))),
      call.news.on("handRaised", ({ displayName }) => say(t("call.news.handRaised", { name: displayName }))),
      call.news.on("knocked", ({ displayName }) =>
        say(t("call.news.knocked", { name: displayName }), "never"),
      ),
      call.news.on("locked", ({ locked }) => say(locked ? t("call.news.locked") : t("call.news.unlocked"))),
      call.news.on("roleChanged", ({ role }) => say(t(`call.news.role.${role}`))),
      call.news.on("chat", ({ displayName: name, text, onlyToMe }) =>
        say(t(onlyToMe ? "call.news.chatPrivate" : "call.news.chat", { name, text }), "unless-chat"),
      ),
    ];
    return () => {
      for (const off of offs) off();
      for (const timer of timers) clearTimeout(timer);
    };
  }, [call, t]);

  return (
    <div className={classes.news} role="status" aria-live="polite" data-testid="news">
      {lines.map(({ key, text, shown }) => (
        // What can be read elsewhere, as in the open chat, is only read out.
        <p
          key={key}
          className={
            shown === "never" || (shown === "unless-chat" && chatOpen) ? "visually-hidden" : classes.line
          }
        >
          <span className={classes.text}>{text}</span>
        </p>
      ))}
    </div>
  );
}
