// A button of the control bar that opens a menu.
import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import type { MenuProps } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./ControlBar.module.css";

interface ControlMenuProps {
  label: string;
  tone: "normal" | "danger";
  icon: ReactNode;
  position: NonNullable<MenuProps["position"]>;
  onMenu: (open: boolean) => void;
  children: ReactNode;
}

export function ControlMenu({ label, tone, icon, position, onMenu, children }: ControlMenuProps) {
  return (
    <Menu position={position} width={250} onChange={onMenu}>
      <Menu.Target>
        <Tooltip label={label}>
          <ActionIcon
            size={48}
            radius="xl"
            className={classes.button ?? ""}
            data-tone={tone}
            aria-label={label}
          >
            {icon}
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}
