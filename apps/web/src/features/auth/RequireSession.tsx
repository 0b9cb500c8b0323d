// Pages behind it need somebody signed in; others are sent to the login page and come back afterwards.
import { Navigate, Outlet, useLocation } from "react-router";
import { PageLoader } from "../../components/PageLoader.tsx";
import { useSession } from "../../hooks/use-session.ts";

export function RequireSession() {
  const session = useSession();
  const location = useLocation();
  if (session.status === "unknown") return <PageLoader />;
  if (session.status === "signed-out") {
    const next = location.pathname + location.search;
    const search = new URLSearchParams();
    if (next !== "/" && session.reason !== "left") search.set("next", next);
    if (session.reason === "ended") search.set("ended", "1");
    return <Navigate to={{ pathname: "/login", search: search.toString() }} replace />;
  }
  return <Outlet />;
}
