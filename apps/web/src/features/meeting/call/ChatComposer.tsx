// Where one writes: to everybody, or to one person, which is said in words before anything is sent.
import { ActionIcon, Select, Textarea, Tooltip } from "@mantine/core";
import type { Call, Participant } from "@open-meeting/client/room";
import { IconLock, IconSend, IconUsers } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import classes from "./ChatComposer.module.css";

/** The server takes no longer ones. */
const MAX_LENGTH = 4000;

/** With more people than this a search is worth it. */
const SEARCH_FROM = 8;

/** Stands for all; no user has this identifier. */
const EVERYONE = "everyone";

interface ChatComposerProps {
  call: Call;
  /** Who else is here. */
  people: readonly Participant[];
  connected: boolean;
}

export function ChatComposer({ call, people, connected }: ChatComposerProps) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [to, setTo] = useState<Pick<Participant, "userId" | "displayName"> | null>(null);
  // Who has left meanwhile stays chosen: what was meant for one person must never go to all.
  const present = people.find(({ userId }) => userId === to?.userId);
  const gone = to !== null && present === undefined;
  const name = present?.displayName ?? to?.displayName ?? "";
  const send = useMutation({
    mutationFn: ({ line, recipient }: { line: string; recipient: string | undefined }) =>
      call.room.sendChat(line, recipient),
    onSuccess: (_, { line }) => setText((written) => (written.trim() === line ? "" : written)),
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const line = text.trim();
    if (line !== "" && !send.isPending && !gone) send.mutate({ line, recipient: to?.userId });
  };
  const label = to === null ? t("chat.write") : t("chat.writeTo", { name });
  return (
    <form onSubmit={submit} className={classes.composer} data-private={to !== null || undefined}>
      {people.length === 0 && to === null ? null : (
        <Select
          aria-label={t("chat.to")}
          leftSection={to === null ? <IconUsers size={17} /> : <IconLock size={17} />}
          data={[
            { value: EVERYONE, label: t("chat.everyone") },
            ...people.map(({ userId, displayName }) => ({ value: userId, label: displayName })),
            ...(gone ? [{ value: to.userId, label: name, disabled: true }] : []),
          ]}
          value={to?.userId ?? EVERYONE}
          onChange={(chosen) => {
            setTo(people.find(({ userId }) => userId === chosen) ?? null);
            send.reset();
          }}
          allowDeselect={false}
          searchable={people.length >= SEARCH_FROM}
          nothingFoundMessage={t("people.none")}
          comboboxProps={{ position: "top-start" }}
          error={gone ? t("chat.gone", { name }) : null}
        />
      )}
      <div className={classes.row}>
        <Textarea
          className={classes.input ?? ""}
          aria-label={label}
          placeholder={label}
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
            disabled={!connected || gone}
          >
            <IconSend size={18} />
          </ActionIcon>
        </Tooltip>
      </div>
    </form>
  );
}
