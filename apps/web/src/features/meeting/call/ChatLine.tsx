// One message in the chat. Messages of one person shortly after each other share a heading.
import { ActionIcon, Tooltip } from "@mantine/core";
import type { ChatMessage } from "@open-meeting/client/room";
import { IconLock, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { formatLocale } from "../../meetings/when.ts";
import classes from "./ChatLine.module.css";

/** Lines of the same person within this time share one heading, in milliseconds. */
const SAME_BREATH_MS = 120_000;

interface ChatLineProps {
  message: ChatMessage;
  previous: ChatMessage | undefined;
  /** Absent for those who may not delete it. */
  onDelete?: (message: ChatMessage) => void;
}

export function ChatLine({ message, previous, onDelete }: ChatLineProps) {
  const { t, i18n } = useTranslation();
  const continued =
    previous?.from === message.from &&
    previous.to === message.to &&
    Date.parse(message.at) - Date.parse(previous.at) < SAME_BREATH_MS;
  const name = message.own ? t("call.you") : message.displayName;
  return (
    <div
      className={classes.line}
      data-testid="chat-line"
      data-private={message.to !== null || undefined}
      data-continued={continued || undefined}
    >
      {continued ? null : (
        <p className={classes.heading}>
          <span className={classes.name}>{name}</span>
          {message.to === null ? null : (
            <span className={classes.private}>
              <IconLock size={13} aria-hidden />
              {message.own ? t("chat.onlyTo", { name: message.toName }) : t("chat.onlyToYou")}
            </span>
          )}
          <time dateTime={message.at} className={classes.time}>
            {new Intl.DateTimeFormat(formatLocale(i18n.language), { timeStyle: "short" }).format(
              new Date(message.at),
            )}
          </time>
        </p>
      )}
      <div className={classes.body}>
        {message.deleted ? (
          <p className={classes.deleted}>{t("chat.deleted")}</p>
        ) : (
          <p className={classes.text}>{message.text}</p>
        )}
        {onDelete && !message.deleted ? (
          <Tooltip label={t("chat.delete")}>
            <ActionIcon
              className={classes.delete ?? ""}
              variant="subtle"
              color="gray"
              size={24}
              aria-label={message.own ? t("chat.deleteOwn") : t("chat.deleteOf", { name })}
              onClick={() => onDelete(message)}
            >
              <IconTrash size={15} />
            </ActionIcon>
          </Tooltip>
        ) : null}
      </div>
    </div>
  );
}
