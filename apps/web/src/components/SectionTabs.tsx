// The parts of an area of pages, one of which is shown.
import { NavLink } from "react-router";
import classes from "./SectionTabs.module.css";

interface SectionTabsProps {
  label: string;
  sections: readonly { to: string; label: string }[];
}

export function SectionTabs({ label, sections }: SectionTabsProps) {
  return (
    <nav aria-label={label} className={classes.tabs}>
      {sections.map((section) => (
        <NavLink key={section.to} to={section.to} className={classes.tab ?? ""}>
          {section.label}
        </NavLink>
      ))}
    </nav>
  );
}
