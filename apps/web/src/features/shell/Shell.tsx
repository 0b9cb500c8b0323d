// The frame of the pages for signed-in people: a narrow bar at the left, a bar on top; on a phone, tabs at the bottom.
import { IconCalendarPlus, IconShieldCog, IconVideo } from "@tabler/icons-react";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Link, NavLink, Outlet } from "react-router";
import { Logo } from "../../components/Logo.tsx";
import { PageLoader } from "../../components/PageLoader.tsx";
import { useUser } from "../../hooks/use-session.ts";
import { NotificationBell } from "../notifications/NotificationBell.tsx";
import { JoinByCode } from "./JoinByCode.tsx";
import { NewMeetingMenu } from "./NewMeetingMenu.tsx";
import classes from "./Shell.module.css";
import { UserMenu } from "./UserMenu.tsx";

const PLACES = [
  { to: "/", label: "nav.meetings", icon: IconVideo, end: true },
  { to: "/meetings/new", label: "nav.schedule", icon: IconCalendarPlus, end: true },
] as const;
const ADMIN_PLACE = { to: "/admin", label: "nav.admin", icon: IconShieldCog, end: false } as const;

export function Shell() {
  const { t } = useTranslation();
  const places = useUser().role === "admin" ? [...PLACES, ADMIN_PLACE] : PLACES;
  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#content">
        {t("nav.skip")}
      </a>
      <header className={classes.top}>
        <Link to="/" className={classes.home} aria-label="Open Meeting">
          <Logo />
        </Link>
        <div className={classes.actions}>
          <JoinByCode />
          <NewMeetingMenu />
          <NotificationBell />
          <UserMenu />
        </div>
      </header>
      <nav className={classes.nav} aria-label={t("nav.label")}>
        {places.map(({ to, label, icon: Icon, end }) => (
          <NavLink key={to} to={to} end={end} className={classes.place ?? ""}>
            <Icon size={22} stroke={1.6} aria-hidden />
            <span>{t(label)}</span>
          </NavLink>
        ))}
      </nav>
      <main className={classes.content} id="content" tabIndex={-1}>
        <Suspense fallback={<PageLoader />}>
          <Outlet />
        </Suspense>
      </main>
    </div>
  );
}
