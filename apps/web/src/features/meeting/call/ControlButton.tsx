// A round button of the bar, with its name and its key in a tooltip.
import { ActionIcon, Tooltip } from "@mantine/core";
import type { MouseEvent, ReactNode } from "react";
import classes from "./ControlBar.module.css";

interface ControlButtonProps {
  label: string;
  /** The key that does the same. */
  shortcut?: string;
  icon: ReactNode;
  onClick: () => void;
  /** `off`: something of mine is off; `on`: something is open or going on. */
  tone?: "normal" | "off" | "on" | "danger";
  /** For buttons that open and close something. */
  expanded?: boolean;
  busy?: boolean;
  disabled?: boolean;
  /** A number at the corner, with its own words. */
  badge?: { count: number; label: string };
}

export function ControlButton({
  label,
  shortcut,
  icon,
  onClick,
  tone = "normal",
  expanded,
  busy = false,
  disabled = false,
  badge,
}: ControlButtonProps) {
  const click = (event: MouseEvent<HTMLButtonElement>) => {
    // After a click with the pointer the space bar is free for push to talk again.
    if (event.detail > 0) event.currentTarget.blur();
    onClick();
  };
  const counted = badge && badge.count > 0 ? badge : null;
  return (
    <Tooltip label={shortcut ? `${label} (${shortcut})` : label}>
      <ActionIcon
        size={48}
        radius="xl"
        className={classes.button}
        data-tone={tone}
        aria-label={counted ? `${label}, ${counted.label}` : label}
        {...(shortcut ? { "aria-keyshortcuts": shortcut } : {})}
        {...(expanded === undefined ? {} : { "aria-expanded": expanded })}
        loading={busy}
        disabled={disabled}
        onClick={click}
      >
        {icon}
        {counted ? <span className={classes.badge}>{counted.count > 99 ? "99+" : counted.count}</span> : null}
      </ActionIcon>
    </Tooltip>
  );
}
