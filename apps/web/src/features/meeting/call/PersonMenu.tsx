// What can be done to somebody in the call. Sending out takes a second step.
import { ActionIcon, Button, Group, Menu, Modal, Stack, TextInput } from "@mantine/core";
import type { Call, RoomState } from "@open-meeting/client/room";
import { IconDotsVertical } from "@tabler/icons-react";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { ConfirmDialog } from "../../../components/ConfirmDialog.tsx";
import { actionsOn, type PersonAction } from "./person-actions.ts";
import type { TileModel } from "./tiles.ts";

interface PersonMenuProps {
  person: TileModel;
  call: Call;
  room: RoomState;
  act: (action: () => Promise<void>) => void;
}

export function PersonMenu({ person, call, room, act }: PersonMenuProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<"rename" | "remove" | "ban" | null>(null);
  const actions = actionsOn(person, room.self, room.spotlight);
  if (actions.length === 0) return null;
  const { userId, name } = person;
  const close = () => setAsking(null);
  const choose = (action: PersonAction) => {
    if (action === "rename" || action === "remove" || action === "ban") setAsking(action);
    else act(() => perform(call, person, action));
  };
  return (
    <>
      <Menu position="bottom-end" width={230}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={30} aria-label={t("person.menu", { name })}>
            <IconDotsVertical size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {actions.map((action) => (
            <Menu.Item
              key={action}
              {...(action === "remove" || action === "ban" ? { c: "var(--mantine-color-error)" } : {})}
              onClick={() => choose(action)}
            >
              {t(`person.${action}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        opened={asking === "remove" || asking === "ban"}
        title={asking === "ban" ? t("person.banTitle", { name }) : t("person.removeTitle", { name })}
        text={asking === "ban" ? t("person.banText") : t("person.removeText")}
        action={asking === "ban" ? t("person.ban") : t("person.remove")}
        danger
        pending={false}
        onConfirm={() => {
          const ban = asking === "ban";
          close();
          act(() => call.room.remove(userId, ban));
        }}
        onClose={close}
      />
      <Modal
        opened={asking === "rename"}
        onClose={close}
        title={t("person.renameTitle", { name })}
        closeButtonProps={{ "aria-label": t("common.close") }}
      >
        <RenameForm
          name={name}
          onCancel={close}
          onRename={(next) => {
            close();
            act(() => (person.own ? call.room.rename(next) : call.room.rename(next, userId)));
          }}
        />
      </Modal>
    </>
  );
}

function perform(
  call: Call,
  { userId, own }: TileModel,
  action: Exclude<PersonAction, "rename" | "remove" | "ban">,
): Promise<void> {
  switch (action) {
    case "mute":
      return call.room.mute(userId);
    case "ask-to-unmute":
      return call.room.askToUnmute(userId);
    case "lower-hand":
      return own ? call.room.raiseHand(false) : call.room.lowerHandOf(userId);
    case "spotlight":
      return call.room.spotlight(userId);
    case "end-spotlight":
      return call.room.spotlight(null);
    case "make-host":
      return call.room.setRole(userId, "host");
    case "make-co-host":
      return call.room.setRole(userId, "co-host");
    case "make-participant":
      return call.room.setRole(userId, "participant");
  }
}

interface RenameFormProps {
  name: string;
  onRename: (name: string) => void;
  onCancel: () => void;
}

function RenameForm({ name, onRename, onCancel }: RenameFormProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(name);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (text.trim() !== "") onRename(text.trim());
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput
          label={t("person.newName")}
          data-autofocus
          maxLength={64}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={text.trim() === "" ? t("fieldError.required") : null}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {t("common.cancel")}
          </Button>
          <Button type="submit">{t("common.save")}</Button>
        </Group>
      </Stack>
    </form>
  );
}
