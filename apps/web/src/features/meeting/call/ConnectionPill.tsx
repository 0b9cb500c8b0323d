// A quiet word while the connection is being brought back, and a short one when it is.
import { Loader } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import type { RoomState } from "@open-meeting/client/room";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./ConnectionPill.module.css";

/** How long "Back" is shown, in milliseconds. */
const BACK_MS = 2_000;

export function ConnectionPill({ room }: { room: RoomState }) {
  const { t } = useTranslation();
  const lost = room.connection.status === "reconnecting" || room.media === "interrupted";
  const [shown, setShown] = useState<"nothing" | "lost" | "back">("nothing");
  if (lost && shown !== "lost") setShown("lost");
  if (!lost && shown === "lost") setShown("back");
  useEffect(() => {
    if (shown !== "back") return;
    const timer = setTimeout(() => setShown("nothing"), BACK_MS);
    return () => clearTimeout(timer);
  }, [shown]);

  return (
    <div className={classes.place} role="status">
      {shown === "lost" ? (
        <span className={classes.pill}>
          <Loader size={14} color="gray" aria-hidden /> {t("call.reconnecting")}
        </span>
      ) : null}
      {shown === "back" ? (
        <span className={classes.pill}>
          <IconCheck size={16} aria-hidden /> {t("call.back")}
        </span>
      ) : null}
    </div>
  );
}
