// A row of reactions to choose from.
import { Group, Menu, Tooltip } from "@mantine/core";
import type { ReactionKind } from "@open-meeting/client";
import type { Call } from "@open-meeting/client/room";
import { IconMoodSmile } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ControlMenu } from "./ControlMenu.tsx";
import { REACTION_KINDS, REACTIONS } from "./reactions.ts";

/** Shows it; when the connection is away just now, nothing is missed. */
function react(call: Call, reaction: ReactionKind): void {
  call.room.react(reaction).catch(() => undefined);
}

export function ReactionMenu({ call, onMenu }: { call: Call; onMenu: (open: boolean) => void }) {
  const { t } = useTranslation();
  return (
    <ControlMenu
      label={t("call.react")}
      tone="normal"
      icon={<IconMoodSmile />}
      position="top"
      onMenu={onMenu}
    >
      <ReactionRow call={call} />
    </ControlMenu>
  );
}

export function ReactionRow({ call }: { call: Call }) {
  const { t } = useTranslation();
  return (
    <Group gap={4} justify="center" p={4}>
      {REACTION_KINDS.map((kind) => (
        <Tooltip key={kind} label={t(`reaction.${kind}`)}>
          <Menu.Item
            w={46}
            h={40}
            p={0}
            fz={22}
            ta="center"
            aria-label={t(`reaction.${kind}`)}
            onClick={() => react(call, kind)}
          >
            <span aria-hidden>{REACTIONS[kind]}</span>
          </Menu.Item>
        </Tooltip>
      ))}
    </Group>
  );
}
