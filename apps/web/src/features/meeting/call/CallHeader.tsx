// Which meeting this is, and since when.
import type { MeetingPreview } from "@open-meeting/client";
import { IconLock } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNow } from "../../../hooks/use-now.ts";
import { clock } from "../../meetings/when.ts";
import classes from "./CallHeader.module.css";

interface CallHeaderProps {
  locked: boolean;
  meeting: MeetingPreview;
  people: number;
  hidden: boolean;
}

export function CallHeader({ locked, meeting, people, hidden }: CallHeaderProps) {
  const { t } = useTranslation();
  const now = useNow(1000);
  const [since] = useState(now);
  return (
    <header className={classes.header} data-hidden={hidden || undefined}>
      {locked ? <IconLock size={18} role="img" aria-label={t("call.locked")} /> : null}
      <h1 className={classes.title}>{meeting.title}</h1>
      <span className={classes.fact} role="timer" aria-label={t("call.duration")}>
        {clock(now - since)}
      </span>
      <span className={classes.fact}>{t("call.people", { count: people })}</span>
    </header>
  );
}
