// The chat of the meeting, with what was written before one came: to everybody, or to one person alone.
import { Button } from "@mantine/core";
import { moderates, type Call, type ChatMessage, type RoomState } from "@open-meeting/client/room";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { DeleteMessageDialog } from "../../../components/DeleteMessageDialog.tsx";
import { useReadingPlace } from "../../../hooks/use-reading-place.ts";
import { ChatComposer } from "./ChatComposer.tsx";
import { ChatLine } from "./ChatLine.tsx";
import classes from "./ChatPanel.module.css";

export function ChatPanel({ call, room }: { call: Call; room: RoomState }) {
  const { t } = useTranslation();
  const { chat, self, earlierChat } = room;
  const last = chat.at(-1);
  const list = useReadingPlace(chat[0]?.id, last?.id, last?.own ?? false);
  const [deleting, setDeleting] = useState<ChatMessage | null>(null);
  const earlier = useMutation({ mutationFn: () => call.room.readEarlierChat() });
  const remove = useMutation({
    mutationFn: ({ id }: ChatMessage) => call.room.deleteMessage(id),
    onSuccess: () => setDeleting(null),
  });
  return (
    <>
      <div
        ref={list}
        className={classes.lines}
        role="log"
        aria-live="off"
        aria-label={t("chat.title")}
        // A scrolled list must be reachable by keyboard.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
      >
        {earlierChat ? (
          <div className={classes.earlier}>
            <Button
              size="compact-sm"
              variant="default"
              loading={earlier.isPending}
              onClick={() => earlier.mutate()}
            >
              {t("chat.earlier")}
            </Button>
            {earlier.isError ? (
              <p className={classes.failed} role="alert">
                {t("chat.earlierFailed")}
              </p>
            ) : null}
          </div>
        ) : null}
        {chat.length === 0 && !earlierChat ? <p className={classes.empty}>{t("chat.empty")}</p> : null}
        {chat.map((message, index) => (
          <ChatLine
            key={message.id}
            message={message}
            previous={chat[index - 1]}
            {...(message.own || (self !== null && moderates(self.role)) ? { onDelete: setDeleting } : {})}
          />
        ))}
      </div>
      {self?.grants.can_chat === false ? (
        <p className={classes.empty}>{t("chat.notAllowed")}</p>
      ) : (
        <ChatComposer
          call={call}
          people={room.participants}
          connected={room.connection.status === "connected"}
        />
      )}
      <DeleteMessageDialog
        opened={deleting !== null}
        removal={remove}
        onConfirm={() => {
          if (deleting) remove.mutate(deleting);
        }}
        onClose={() => setDeleting(null)}
      />
    </>
  );
}
