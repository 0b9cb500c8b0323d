// What was written in a meeting, for those who have taken part: the newest first to be read, earlier pages on demand.
import { ActionIcon, Button, Skeleton, Text, Tooltip } from "@mantine/core";
import type { Meeting, MeetingMessage } from "@open-meeting/client";
import { IconLock, IconTrash } from "@tabler/icons-react";
import { Fragment, useState } from "react";
import { useTranslation } from "react-i18next";
import { Card } from "../../../components/Card.tsx";
import { DeleteMessageDialog } from "../../../components/DeleteMessageDialog.tsx";
import { ErrorState } from "../../../components/ErrorState.tsx";
import { FormError } from "../../../components/FormError.tsx";
import { useReadingPlace } from "../../../hooks/use-reading-place.ts";
import { useUser } from "../../../hooks/use-session.ts";
import { day, exactly, formatLocale } from "../when.ts";
import classes from "./ChatCard.module.css";
import { useDeleteMessage, useMessages } from "./use-messages.ts";

interface ChatCardProps {
  meeting: Meeting;
  /** Whether I host it, so that I may delete what others have written. */
  moderates: boolean;
}

export function ChatCard({ meeting, moderates }: ChatCardProps) {
  const { t } = useTranslation();
  const messages = useMessages(meeting);
  const read = messages.data?.pages.flatMap(({ items }) => items).reverse();
  return (
    <Card title={t("chat.title")}>
      {messages.isPending ? (
        <div role="status" aria-label={t("common.loading")}>
          <Skeleton height={160} radius="md" />
        </div>
      ) : null}
      {messages.isError && !read ? (
        <ErrorState
          title={t("chat.historyFailed")}
          error={messages.error}
          onRetry={() => void messages.refetch()}
          retrying={messages.isFetching}
        />
      ) : null}
      {read?.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t("chat.nothing")}
        </Text>
      ) : null}
      {read && read.length > 0 ? (
        <Messages meeting={meeting} messages={read} pages={messages} moderates={moderates} />
      ) : null}
    </Card>
  );
}

interface MessagesProps extends ChatCardProps {
  /** In the order in which they were written. */
  messages: readonly MeetingMessage[];
  pages: Pick<
    ReturnType<typeof useMessages>,
    "hasNextPage" | "isFetchingNextPage" | "fetchNextPage" | "isFetchNextPageError" | "error"
  >;
}

function Messages({ meeting, messages, pages, moderates }: MessagesProps) {
  const { t, i18n } = useTranslation();
  const user = useUser();
  const locale = formatLocale(i18n.language);
  const list = useReadingPlace(messages[0]?.id, messages.at(-1)?.id, false);
  const [deleting, setDeleting] = useState<MeetingMessage | null>(null);
  const remove = useDeleteMessage(meeting, () => setDeleting(null));
  return (
    <>
      <div
        ref={list}
        className={classes.messages}
        role="log"
        aria-live="off"
        aria-label={t("chat.title")}
        // A scrolled list must be reachable by keyboard.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
      >
        {pages.hasNextPage ? (
          <div className={classes.earlier}>
            <Button
              size="compact-sm"
              variant="default"
              loading={pages.isFetchingNextPage}
              onClick={() => void pages.fetchNextPage()}
            >
              {t("chat.earlier")}
            </Button>
            {pages.isFetchNextPageError ? <FormError error={pages.error} /> : null}
          </div>
        ) : null}
        {messages.map((message, index) => {
          const date = day(message.sent_at, locale);
          const before = messages[index - 1];
          return (
            <Fragment key={message.id}>
              {before && day(before.sent_at, locale) === date ? null : (
                <h3 className={classes.day}>{date}</h3>
              )}
              <Message
                message={message}
                locale={locale}
                own={message.sender.user_id === user.id}
                {...(moderates || message.sender.user_id === user.id ? { onDelete: setDeleting } : {})}
              />
            </Fragment>
          );
        })}
      </div>
      <DeleteMessageDialog
        opened={deleting !== null}
        removal={remove}
        onConfirm={() => {
          if (deleting) remove.mutate(deleting.id);
        }}
        onClose={() => setDeleting(null)}
      />
    </>
  );
}

interface MessageProps {
  message: MeetingMessage;
  locale: string;
  own: boolean;
  onDelete?: (message: MeetingMessage) => void;
}

function Message({ message, locale, own, onDelete }: MessageProps) {
  const { t } = useTranslation();
  const { sender, recipient, text, sent_at } = message;
  const name = own ? t("call.you") : sender.display_name;
  return (
    <div className={classes.message} data-testid="message" data-private={recipient !== null || undefined}>
      <div className={classes.what}>
        <p className={classes.heading}>
          <span className={classes.name}>{name}</span>
          {recipient === null ? null : (
            <span className={classes.private}>
              <IconLock size={13} aria-hidden />
              {own ? t("chat.onlyTo", { name: recipient.display_name }) : t("chat.onlyToYou")}
            </span>
          )}
          <Tooltip label={exactly(sent_at, locale, "long")}>
            <time dateTime={sent_at} className={classes.time}>
              {new Intl.DateTimeFormat(locale, { timeStyle: "short" }).format(new Date(sent_at))}
            </time>
          </Tooltip>
        </p>
        {text === null ? (
          <p className={classes.deleted}>{t("chat.deleted")}</p>
        ) : (
          <p className={classes.text}>{text}</p>
        )}
      </div>
      {onDelete && text !== null ? (
        <Tooltip label={t("chat.delete")}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={own ? t("chat.deleteOwn") : t("chat.deleteOf", { name })}
            onClick={() => onDelete(message)}
          >
            <IconTrash size={17} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      ) : null}
    </div>
  );
}
