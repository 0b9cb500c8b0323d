// One device that is signed in.
import { Badge, Button, Group, Text } from "@mantine/core";
import type { Session } from "@open-meeting/client";
import { IconDeviceDesktop, IconDeviceMobile, IconDeviceTablet, IconTerminal2 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { When } from "../../../components/When.tsx";
import { deviceName } from "./device-name.ts";
import classes from "./SessionsCard.module.css";

const ICONS = {
  computer: IconDeviceDesktop,
  phone: IconDeviceMobile,
  tablet: IconDeviceTablet,
  program: IconTerminal2,
  unknown: IconDeviceDesktop,
};

interface SessionRowProps {
  session: Session;
  /** What the device is called. */
  device: string;
  onEnd: () => void;
}

export function SessionRow({ session, device, onEnd }: SessionRowProps) {
  const { t } = useTranslation();
  const Icon = ICONS[deviceName(session.user_agent).kind];
  return (
    <li className={classes.row} data-current={session.current || undefined}>
      <Icon size={28} stroke={1.4} aria-hidden className={classes.icon ?? ""} />
      <div className={classes.what}>
        <Group gap="xs">
          <Text fw={600}>{device}</Text>
          {session.current ? (
            <Badge variant="light" color="teal">
              {t("security.thisDevice")}
            </Badge>
          ) : null}
        </Group>
        <Text size="sm" c="dimmed" className={classes.facts}>
          <span>{session.address ?? t("security.noAddress")}</span>
          <span>
            {t("security.lastUsed")} <When time={session.last_used_at} />
          </span>
          <span>
            {t("security.signedIn")} <When time={session.created_at} />
          </span>
        </Text>
      </div>
      {session.current ? null : (
        <Button
          variant="default"
          size="sm"
          onClick={onEnd}
          aria-label={t("security.endOf", { device })}
          className={classes.end ?? ""}
        >
          {t("security.end")}
        </Button>
      )}
    </li>
  );
}
