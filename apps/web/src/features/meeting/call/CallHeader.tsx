// Which meeting this is, and since when.
import type { MeetingPreview } from "@open-meeting/client";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNow } from "../../../hooks/use-now.ts";
import { clock } from "../../meetings/when.ts";
import classes from "./CallHeader.module.css";

interface CallHeaderProps {
  meeting: MeetingPreview;
  people: number;
  hidden: boolean;
}

export function CallHeader({ meeting, people, hidden }: CallHeaderProps) {
  const { t } = useTranslation();
  const now = useNow(1000);
  const [since] = useState(now);
  return (
    <header className={classes.header} data-hidden={hidden || undefined}>
      <h1 className={classes.title}>{meeting.title}</h1>
      <span className={classes.fact} role="timer" aria-label={t("call.duration")}>
        {clock(now - since)}
      </span>
      <span className={classes.fact}>{t("call.people", { count: people })}</span>
    </header>
  );
}
