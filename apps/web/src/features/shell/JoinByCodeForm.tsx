// The field for a code or a link of a meeting.
import { Button, Stack, TextInput, type ButtonProps } from "@mantine/core";
import { useEffect, useRef, useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { readMeetingCode } from "./meeting-code.ts";

interface JoinByCodeFormProps {
  onCode: (code: string) => void;
  variant?: ButtonProps["variant"];
}

export function JoinByCodeForm({ onCode, variant = "filled" }: JoinByCodeFormProps) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  // It comes when somebody asked for it.
  useEffect(() => input.current?.focus(), []);
  const [text, setText] = useState("");
  const [invalid, setInvalid] = useState(false);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const code = readMeetingCode(text);
    setInvalid(code === null);
    if (code === null) return;
    setText("");
    onCode(code);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label={t("joinByCode.label")}
          description={t("joinByCode.help")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          placeholder="abc-defg-hij"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          ref={input}
          data-autofocus
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setInvalid(false);
          }}
          error={invalid ? t("joinByCode.invalid") : null}
        />
        <Button type="submit" variant={variant}>
          {t("joinByCode.submit")}
        </Button>
      </Stack>
    </form>
  );
}
