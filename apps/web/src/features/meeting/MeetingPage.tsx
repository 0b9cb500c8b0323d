// The address of a meeting: its door, the call, and what comes after.
import { Button, Center } from "@mantine/core";
import { ApiError, LocalMedia, type Meeting, type MeetingPreview } from "@open-meeting/client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useReducer, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { api } from "../../app/api.ts";
import { ErrorState } from "../../components/ErrorState.tsx";
import { PageLoader } from "../../components/PageLoader.tsx";
import { useMaybeUser } from "../../hooks/use-session.ts";
import { useTitle } from "../../hooks/use-title.ts";
import { AfterCall } from "./after/AfterCall.tsx";
import { NoGuests } from "./prejoin/NoGuests.tsx";
import { PreJoin } from "./prejoin/PreJoin.tsx";
import { firstVisit, nextVisit, seenBy } from "./visit.ts";
import { forgetVisit, rememberVisit, rememberedVisit } from "./visit-storage.ts";

// The call brings the media library along; it is fetched while people look at themselves in the preview.
const loadCall = () => import("./call/CallPage.tsx");
const CallPage = lazy(async () => ({ default: (await loadCall()).CallPage }));

export function MeetingPage() {
  const { t } = useTranslation();
  const { code = "" } = useParams();
  const user = useMaybeUser();
  // Whoever has come as a guest stays one here, even when they sign in elsewhere meanwhile.
  const [guest] = useState(user === null);
  const meeting = useQuery({
    queryKey: [guest ? "meeting-preview" : "meeting", code],
    queryFn: (): Promise<Meeting | MeetingPreview> =>
      guest ? api.previewMeeting(code) : api.readMeeting(code),
    select: (seen) => ("creator_id" in seen ? seenBy(user?.id ?? "", seen) : seen),
  });
  const own = useOwn(code);
  useTitle(meeting.data?.title ?? "");
  const [visit, dispatch] = useReducer(nextVisit, undefined, () =>
    firstVisit(rememberedVisit(code), user?.nickname ?? ""),
  );
  const over = meeting.data?.status === "ended" || meeting.data?.status === "cancelled";
  const shut = guest && meeting.data?.guests_allowed === false;
  const atTheDoor = visit.phase === "prejoin" && meeting.data !== undefined && !over && !shut;
  const local = useLocalMedia(atTheDoor || visit.phase === "call");

  useEffect(() => {
    void loadCall();
  }, []);

  if (meeting.isPending) return <PageLoader />;
  // A later refresh may fail without harm: the call goes on.
  if (!meeting.data) {
    const gone = meeting.error instanceof ApiError && meeting.error.status === 404;
    return (
      <Center component="main" mih="100vh">
        <ErrorState
          order={1}
          title={gone ? t("meeting.notFound") : t("meeting.failed")}
          error={meeting.error}
          {...(gone ? {} : { onRetry: () => void meeting.refetch() })}
          retrying={meeting.isFetching}
        >
          <Button variant="default" component={Link} to="/">
            {guest ? t("login.title") : t("meeting.home")}
          </Button>
        </ErrorState>
      </Center>
    );
  }
  if (visit.phase === "prejoin" && over) {
    return (
      <AfterCall
        meeting={meeting.data}
        guest={guest}
        own={own}
        reason={{ kind: "ended", reason: meeting.data.status }}
        facts={{ duration: null, people: 0 }}
        onRejoin={() => undefined}
      />
    );
  }
  if (visit.phase === "after") {
    return (
      <AfterCall
        meeting={meeting.data}
        guest={guest}
        own={own}
        reason={visit.reason}
        facts={visit.facts}
        onRejoin={() => {
          rememberVisit(code, visit.displayName);
          const { displayName, passcode } = visit;
          dispatch({ type: "join", displayName, ...(passcode === undefined ? {} : { passcode }) });
        }}
      />
    );
  }
  if (visit.phase === "prejoin" && shut) return <NoGuests meeting={meeting.data} />;
  if (!local) return <PageLoader />;
  if (visit.phase === "prejoin") {
    return (
      <PreJoin
        meeting={meeting.data}
        local={local}
        guest={guest}
        displayName={visit.displayName}
        problem={visit.problem ?? null}
        onJoin={(entry) => {
          rememberVisit(code, entry.displayName);
          dispatch({ type: "join", ...entry });
        }}
      />
    );
  }
  return (
    <Suspense fallback={<PageLoader />}>
      <CallPage
        key={visit.number}
        meeting={meeting.data}
        local={local}
        displayName={visit.displayName}
        passcode={visit.passcode ?? null}
        guest={guest}
        onClosed={(reason, facts) => {
          forgetVisit(code);
          dispatch({ type: "closed", reason, facts });
          void meeting.refetch();
        }}
      />
    </Suspense>
  );
}

/** Whether the meeting is my own, as far as it was read. */
function useOwn(code: string): boolean {
  const user = useMaybeUser();
  return useQueryClient().getQueryData<Meeting>(["meeting", code])?.creator_id === user?.id && user !== null;
}

/** My devices while they are needed; the lights go out when they are not. */
function useLocalMedia(active: boolean): LocalMedia | null {
  const [local, setLocal] = useState<LocalMedia | null>(null);
  useEffect(() => {
    if (!active) return;
    const media = new LocalMedia();
    // eslint-disable-next-line react-hooks/set-state-in-effect -- devices are an outside system with a lifetime
    setLocal(media);
    void media.start();
    return () => {
      media.stop();
      setLocal(null);
    };
  }, [active]);
  return local;
}
