// Who waits in the lobby, to be let in or sent away.
import { ActionIcon, Button, Group, Tooltip } from "@mantine/core";
import type { Call, WaitingPerson } from "@open-meeting/client/room";
import { IconCheck, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { PersonAvatar } from "../../../components/PersonAvatar.tsx";
import classes from "./PeoplePanel.module.css";

interface LobbyListProps {
  call: Call;
  waiting: readonly WaitingPerson[];
  act: (action: () => Promise<void>) => void;
}

export function LobbyList({ call, waiting, act }: LobbyListProps) {
  const { t } = useTranslation();
  if (waiting.length === 0) return null;
  return (
    <section className={classes.lobby} aria-label={t("lobby.title")} data-testid="lobby">
      <div className={classes.lobbyHead}>
        <h3 className={classes.lobbyTitle}>{t("people.waitingCount", { count: waiting.length })}</h3>
        {waiting.length > 1 ? (
          <Group gap={4}>
            <Button size="compact-xs" variant="default" onClick={() => act(() => call.room.deny())}>
              {t("lobby.denyAll")}
            </Button>
            <Button size="compact-xs" onClick={() => act(() => call.room.admit())}>
              {t("lobby.admitAll")}
            </Button>
          </Group>
        ) : null}
      </div>
      <ul className={classes.list}>
        {waiting.map(({ userId, displayName: name, guest }) => (
          <li key={userId} className={classes.person}>
            <PersonAvatar id={userId} name={name} url={null} size={36} />
            <div className={classes.who}>
              <span className={classes.name}>{name}</span>
              {guest ? <span className={classes.role}>{t("people.role.guest")}</span> : null}
            </div>
            <Tooltip label={t("lobby.deny")}>
              <ActionIcon
                variant="default"
                size={34}
                aria-label={t("lobby.denyOf", { name })}
                onClick={() => act(() => call.room.deny(userId))}
              >
                <IconX size={18} />
              </ActionIcon>
            </Tooltip>
            <Tooltip label={t("lobby.admit")}>
              <ActionIcon
                size={34}
                aria-label={t("lobby.admitOf", { name })}
                onClick={() => act(() => call.room.admit(userId))}
              >
                <IconCheck size={18} />
              </ActionIcon>
            </Tooltip>
          </li>
        ))}
      </ul>
    </section>
  );
}
