// The way out. A host chooses between leaving and ending the meeting, which takes a second step.
import { Button, Group, Menu, Modal, Text } from "@mantine/core";
import type { Meeting } from "@open-meeting/client";
import type { Call } from "@open-meeting/client/room";
import { IconDoorExit, IconPhoneOff, IconUsersMinus } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FormError } from "../../../components/FormError.tsx";
import { ControlButton } from "./ControlButton.tsx";
import { ControlMenu } from "./ControlMenu.tsx";

interface LeaveButtonProps {
  call: Call;
  meeting: Meeting;
  host: boolean;
  onMenu: (open: boolean) => void;
}

export function LeaveButton({ call, meeting, host, onMenu }: LeaveButtonProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const end = useMutation({ mutationFn: () => call.endForAll() });
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
      <Modal
        opened={asking}
        onClose={() => setAsking(false)}
        title={t("call.end.title", { title: meeting.title })}
        closeButtonProps={{ "aria-label": t("common.close") }}
      >
        <Text>{t("call.end.text")}</Text>
        <FormError error={end.error} />
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={() => setAsking(false)}>
            {t("common.cancel")}
          </Button>
          <Button color="red" loading={end.isPending} onClick={() => end.mutate()}>
            {t("call.endForAll")}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
