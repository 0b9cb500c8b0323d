// Reactions rise over the stage for a moment, with the name of whoever shows them.
import type { Call } from "@open-meeting/client/room";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { REACTIONS } from "./reactions.ts";
import classes from "./Reactions.module.css";

/** How long one is shown, in milliseconds, and how many at once. */
const SHOWN_MS = 4_000;
const AT_ONCE = 12;

interface Shown {
  key: number;
  picture: string;
  name: string;
  /** Where from the left, in percent. */
  left: number;
}

export function Reactions({ call }: { call: Call }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState<Shown[]>([]);
  const count = useRef(0);
  useEffect(() => {
    const timers = new Set<ReturnType<typeof setTimeout>>();
    const off = call.news.on("reaction", ({ userId, displayName, reaction }) => {
      count.current += 1;
      const key = count.current;
      const own = userId === call.room.state.get().self?.userId;
      const next = {
        key,
        picture: REACTIONS[reaction],
        name: own ? t("call.you") : displayName,
        left: 6 + ((key * 7) % 24),
      };
      setShown((present) => [...present, next].slice(-AT_ONCE));
      timers.add(
        setTimeout(() => setShown((present) => present.filter((each) => each.key !== key)), SHOWN_MS),
      );
    });
    return () => {
      off();
      for (const timer of timers) clearTimeout(timer);
    };
  }, [call, t]);
  return (
    <div className={classes.space} data-testid="reactions">
      {shown.map(({ key, picture, name, left }) => (
        <div key={key} className={classes.reaction} style={{ left: `${left}%` }}>
          <span className={classes.picture}>{picture}</span>
          <span className={classes.name}>{name}</span>
        </div>
      ))}
    </div>
  );
}
