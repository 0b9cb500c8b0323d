// The way out. A host chooses between leaving and ending the meeting, which takes a second step.
import { Menu } from "@mantine/core";
import type { MeetingPreview } from "@open-meeting/client";
import type { Call } from "@open-meeting/client/room";
import { IconDoorExit, IconPhoneOff, IconUsersMinus } from "@tabler/icons-react";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { ControlButton } from "./ControlButton.tsx";
import { ControlMenu } from "./ControlMenu.tsx";
import { EndDialog } from "./dialogs.ts";

interface LeaveButtonProps {
  call: Call;
  meeting: MeetingPreview;
  host: boolean;
  onMenu: (open: boolean) => void;
}

export function LeaveButton({ call, meeting, host, onMenu }: LeaveButtonProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  if (!host) {
    return (
      <ControlButton
        label={t("call.leave")}
        tone="danger"
        icon={<IconPhoneOff />}
        onClick={() => void call.leave()}
      />
    );
  }
  return (
    <>
      <ControlMenu
        label={t("call.leave")}
        tone="danger"
        icon={<IconPhoneOff />}
        position="top-end"
        onMenu={onMenu}
      >
        <Menu.Item leftSection={<IconDoorExit size={18} stroke={1.6} />} onClick={() => void call.leave()}>
          {t("call.leave")}
        </Menu.Item>
        <Menu.Item
          c="var(--mantine-color-error)"
          leftSection={<IconUsersMinus size={18} stroke={1.6} />}
          onClick={() => setAsking(true)}
        >
          {t("call.endForAll")}
        </Menu.Item>
      </ControlMenu>
      <Suspense>
        <EndDialog call={call} meeting={meeting} opened={asking} onClose={() => setAsking(false)} />
      </Suspense>
    </>
  );
}
