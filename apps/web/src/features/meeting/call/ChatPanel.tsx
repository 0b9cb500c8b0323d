// The chat of the meeting, with what was written before one came.
import { ActionIcon, Textarea, Tooltip } from "@mantine/core";
import type { Call, ChatMessage, RoomState } from "@open-meeting/client/room";
import { IconSend } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { formatLocale } from "../../meetings/when.ts";
import classes from "./ChatPanel.module.css";

/** The server takes no longer ones. */
const MAX_LENGTH = 4000;

export function ChatPanel({ call, room }: { call: Call; room: RoomState }) {
  const { t } = useTranslation();
  const end = useRef<HTMLDivElement>(null);
  const count = room.chat.length;
  useEffect(() => {
    end.current?.scrollIntoView({ block: "end" });
  }, [count]);
  return (
    <>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolled list must be reachable by keyboard */}
      <div className={classes.lines} role="log" aria-live="off" aria-label={t("chat.title")} tabIndex={0}>
        {count === 0 ? <p className={classes.empty}>{t("chat.empty")}</p> : null}
        {room.chat.map((message, index) => (
          <Line key={message.id} message={message} previous={room.chat[index - 1]} />
        ))}
        <div ref={end} />
      </div>
      {room.self?.grants.can_chat === false ? (
        <p className={classes.empty}>{t("chat.notAllowed")}</p>
      ) : (
        <Composer call={call} connected={room.connection.status === "connected"} />
      )}
    </>
  );
}

/** Lines of the same person within this time share one heading, in milliseconds. */
const SAME_BREATH_MS = 120_000;

function Line({ message, previous }: { message: ChatMessage; previous: ChatMessage | undefined }) {
  const { t, i18n } = useTranslation();
  const continued =
    previous?.from === message.from &&
    previous.to === message.to &&
    Date.parse(message.at) - Date.parse(previous.at) < SAME_BREATH_MS;
  return (
    <div className={classes.line} data-testid="chat-line">
      {continued ? null : (
        <p className={classes.heading}>
          <span className={classes.name}>{message.own ? t("call.you") : message.displayName}</span>
          {message.to === null ? null : (
            <span className={classes.private}>
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
      {message.deleted ? (
        <p className={classes.deleted}>{t("chat.deleted")}</p>
      ) : (
        <p className={classes.text}>{message.text}</p>
      )}
    </div>
  );
}

function Composer({ call, connected }: { call: Call; connected: boolean }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const send = useMutation({
    mutationFn: (line: string) => call.room.sendChat(line),
    onSuccess: (_, line) => setText((present) => (present.trim() === line ? "" : present)),
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const line = text.trim();
    if (line !== "" && !send.isPending) send.mutate(line);
  };
  return (
    <form onSubmit={submit} className={classes.composer}>
      <Textarea
        className={classes.input ?? ""}
        aria-label={t("chat.write")}
        placeholder={t("chat.write")}
        autosize
        minRows={1}
        maxRows={5}
        maxLength={MAX_LENGTH}
        data-autofocus
        // The panel was opened to write.
        // eslint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          // While an input method composes, Enter chooses a word.
          if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) submit(event);
        }}
        error={send.isError ? t("chat.failed") : null}
      />
      <Tooltip label={t("chat.send")}>
        <ActionIcon
          type="submit"
          size={36}
          aria-label={t("chat.send")}
          loading={send.isPending}
          disabled={!connected}
        >
          <IconSend size={18} />
        </ActionIcon>
      </Tooltip>
    </form>
  );
}
