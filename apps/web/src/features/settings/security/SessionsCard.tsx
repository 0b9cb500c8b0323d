// The devices that are signed in: which they are, and signing them out.
import { Button, Group, Skeleton, Text } from "@mantine/core";
import type { Session } from "@open-meeting/client";
import type { TFunction } from "i18next";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Card } from "../../../components/Card.tsx";
import { ConfirmDialog } from "../../../components/ConfirmDialog.tsx";
import { Done } from "../../../components/Done.tsx";
import { ErrorState } from "../../../components/ErrorState.tsx";
import { deviceName } from "./device-name.ts";
import { SessionRow } from "./SessionRow.tsx";
import classes from "./SessionsCard.module.css";
import { useEndSessions, useSessions } from "./use-sessions.ts";

/** What is about to be signed out. */
type Ending = { session: Session } | "others" | "everywhere" | null;

export function SessionsCard() {
  const { t } = useTranslation();
  const sessions = useSessions();
  const list = useRef<HTMLDivElement>(null);
  const [ending, setEnding] = useState<Ending>(null);
  const [done, setDone] = useState<string | null>(null);
  const end = useEndSessions((ended) => {
    setDone(
      ending === null || typeof ending === "string"
        ? t("security.endedOthers", { count: ended })
        : t("security.ended", { device: deviceText(t, ending.session.user_agent) }),
    );
    setEnding(null);
    // The button that was pressed goes with its device.
    list.current?.focus();
  });
  const open = (which: Exclude<Ending, null>) => {
    end.reset();
    setDone(null);
    setEnding(which);
  };
  const others = sessions.data?.filter((session) => !session.current) ?? [];
  const words = endingWords(t, ending);

  return (
    <Card title={t("security.sessionsTitle")} text={t("security.sessionsText")}>
      <Done>{done}</Done>
      {sessions.isPending ? <SessionsSkeleton /> : null}
      {sessions.isError && !sessions.data ? (
        <ErrorState
          title={t("security.sessionsFailed")}
          error={sessions.error}
          onRetry={() => void sessions.refetch()}
          retrying={sessions.isFetching}
        />
      ) : null}
      {sessions.data ? (
        <div ref={list} tabIndex={-1} className={classes.focus}>
          <ul className={classes.list} aria-label={t("security.sessionsTitle")}>
            {sessions.data.map((session) => (
              <SessionRow
                key={session.id}
                session={session}
                device={deviceText(t, session.user_agent)}
                onEnd={() => open({ session })}
              />
            ))}
          </ul>
        </div>
      ) : null}
      {sessions.data && others.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("security.onlyThis")}
        </Text>
      ) : null}
      {others.length > 0 ? (
        <Group justify="flex-end">
          <Button variant="subtle" color="red" onClick={() => open("everywhere")}>
            {t("security.endEverywhere")}
          </Button>
          <Button variant="default" onClick={() => open("others")}>
            {t("security.endOthers")}
          </Button>
        </Group>
      ) : null}
      <ConfirmDialog
        opened={ending !== null}
        {...words}
        danger
        error={end.error}
        pending={end.isPending}
        onConfirm={() => {
          if (ending) end.mutate(typeof ending === "string" ? ending : { id: ending.session.id });
        }}
        onClose={() => setEnding(null)}
      />
    </Card>
  );
}

/** What the second step says. */
function endingWords(t: TFunction, ending: Ending): { title: string; text: string; action: string } {
  if (ending === "everywhere") {
    const action = t("security.endEverywhere");
    return { title: t("security.endEverywhereTitle"), text: t("security.endEverywhereText"), action };
  }
  if (ending === "others") {
    const action = t("security.endOthers");
    return { title: t("security.endOthersTitle"), text: t("security.endOthersText"), action };
  }
  const device = ending ? deviceText(t, ending.session.user_agent) : "";
  return {
    title: t("security.endTitle", { device }),
    text: t("security.endText"),
    action: t("security.end"),
  };
}

function deviceText(t: TFunction, userAgent: string | null | undefined): string {
  const { browser, system } = deviceName(userAgent);
  if (browser !== null && system !== null) return t("security.deviceOn", { browser, system });
  return browser ?? system ?? t("security.unknownDevice");
}

function SessionsSkeleton() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("common.loading")} className={classes.list}>
      {[40, 55].map((width) => (
        <div key={width} className={classes.row}>
          <Skeleton height={28} circle />
          <div className={classes.what}>
            <Skeleton height={16} width={`${width}%`} mb={8} />
            <Skeleton height={12} width="60%" />
          </div>
        </div>
      ))}
    </div>
  );
}
