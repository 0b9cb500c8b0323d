// What stands in the way of being seen or heard, over the stage, until it is dismissed.
import { Alert, CloseButton } from "@mantine/core";
import type { LocalMediaState, MediaSource } from "@open-meeting/client";
import type { Call } from "@open-meeting/client/room";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { DeviceProblemNotice } from "../prejoin/DeviceProblemNotice.tsx";
import classes from "./CallNotices.module.css";

export function CallNotices({ call, media }: { call: Call; media: LocalMediaState }) {
  const { t } = useTranslation();
  const problems = `${media.camera.problem ?? ""}/${media.microphone.problem ?? ""}`;
  const [dismissed, setDismissed] = useState("/");
  const [failed, setFailed] = useState<MediaSource | null>(null);
  useEffect(() => call.news.on("sendFailed", ({ source }) => setFailed(source)), [call]);

  return (
    <div className={classes.notices}>
      {problems === "/" || problems === dismissed ? null : (
        <div className={classes.notice}>
          <DeviceProblemNotice local={call.local} media={media} />
          <CloseButton
            className={classes.close ?? ""}
            aria-label={t("common.close")}
            onClick={() => setDismissed(problems)}
          />
        </div>
      )}
      {media.screen.problem ? (
        <Alert color="yellow" role="alert" className={classes.notice ?? ""}>
          {t(`call.screenProblem.${media.screen.problem === "unsupported" ? "unsupported" : "failed"}`)}
        </Alert>
      ) : null}
      {failed === null ? null : (
        <Alert
          color="yellow"
          role="alert"
          className={classes.notice ?? ""}
          withCloseButton
          closeButtonLabel={t("common.close")}
          onClose={() => setFailed(null)}
        >
          {t(`call.sendFailed.${failed}`)}
        </Alert>
      )}
    </div>
  );
}
