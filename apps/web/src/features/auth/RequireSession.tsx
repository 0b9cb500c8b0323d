// Pages behind it need somebody signed in; others are sent to the login page and come back afterwards.
import { Center } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, Outlet, useLocation } from "react-router";
import { api } from "../../app/api.ts";
import { ErrorState } from "../../components/ErrorState.tsx";
import { PageLoader } from "../../components/PageLoader.tsx";
import { useSession } from "../../hooks/use-session.ts";
import { noticeOf } from "./login-notice.ts";

/** `guests`: whoever has not been signed in here may come, too. */
export function RequireSession({ guests = false }: { guests?: boolean }) {
  const session = useSession();
  const location = useLocation();
  if (session.status === "unknown") return <PageLoader />;
  if (session.status === "unreachable") return <Unreachable error={session.error} />;
  if (session.status === "signed-out" && !(guests && session.reason === "initial")) {
    const next = location.pathname + location.search;
    const search = new URLSearchParams();
    const left = session.reason === "left" || session.reason === "closed";
    if (next !== "/" && !left) search.set("next", next);
    for (const [name, value] of Object.entries(noticeOf(session))) search.set(name, value);
    return <Navigate to={{ pathname: "/login", search: search.toString() }} replace />;
  }
  return <Outlet />;
}

/** It is not known who is there: signing in again would be of no use either. */
function Unreachable({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const [trying, setTrying] = useState(false);
  return (
    <Center component="main" mih="100vh">
      <ErrorState
        order={1}
        title={t("pageError.title")}
        error={error}
        retrying={trying}
        onRetry={() => {
          setTrying(true);
          void api.session.restore().finally(() => setTrying(false));
        }}
      />
    </Center>
  );
}
