// What is needed now and then.
import { Box, Menu } from "@mantine/core";
import { useClipboard, useFullscreenDocument } from "@mantine/hooks";
import type { MeetingPreview } from "@open-meeting/client";
import type { Call } from "@open-meeting/client/room";
import { IconDots, IconKeyboard, IconLink, IconMaximize, IconMinimize } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { meetingLink } from "../../../components/CopyLink.tsx";
import { ControlMenu } from "./ControlMenu.tsx";
import { ReactionRow } from "./ReactionMenu.tsx";
import { toggleFullScreen } from "./use-shortcuts.ts";

interface MoreMenuProps {
  call: Call;
  meeting: MeetingPreview;
  onHelp: () => void;
  onMenu: (open: boolean) => void;
}

export function MoreMenu({ call, meeting, onHelp, onMenu }: MoreMenuProps) {
  const { t } = useTranslation();
  const clipboard = useClipboard();
  const { fullscreen } = useFullscreenDocument();
  return (
    <ControlMenu label={t("call.more")} tone="normal" icon={<IconDots />} position="top" onMenu={onMenu}>
      <Box hiddenFrom="xs">
        <ReactionRow call={call} />
      </Box>
      <Menu.Item
        leftSection={<IconLink size={18} stroke={1.6} />}
        onClick={() => clipboard.copy(meetingLink(meeting.code))}
      >
        {t("copyLink.copy")}
      </Menu.Item>
      <Menu.Item
        leftSection={
          fullscreen ? <IconMinimize size={18} stroke={1.6} /> : <IconMaximize size={18} stroke={1.6} />
        }
        rightSection="F"
        onClick={toggleFullScreen}
      >
        {fullscreen ? t("call.leaveFullScreen") : t("call.fullScreen")}
      </Menu.Item>
      <Menu.Item leftSection={<IconKeyboard size={18} stroke={1.6} />} rightSection="?" onClick={onHelp}>
        {t("shortcuts.title")}
      </Menu.Item>
    </ControlMenu>
  );
}
