// The parts of an area of pages, one of which is shown.
import { useEffect, useRef } from "react";
import { NavLink, useLocation } from "react-router";
import classes from "./SectionTabs.module.css";

interface SectionTabsProps {
  label: string;
  sections: readonly { to: string; label: string }[];
}

export function SectionTabs({ label, sections }: SectionTabsProps) {
  const nav = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // On a phone there are more than fit: the one that is shown is moved into sight.
  useEffect(() => {
    const shown = nav.current?.querySelector("[aria-current=page]");
    if (nav.current && shown instanceof HTMLElement) {
      nav.current.scrollLeft = shown.offsetLeft - (nav.current.clientWidth - shown.offsetWidth) / 2;
    }
  }, [pathname]);
  return (
    <nav aria-label={label} className={classes.tabs} ref={nav}>
      {sections.map((section) => (
        <NavLink key={section.to} to={section.to} className={classes.tab ?? ""}>
          {section.label}
        </NavLink>
      ))}
    </nav>
  );
}
