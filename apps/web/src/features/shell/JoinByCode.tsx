// Joining with a code or a link that somebody sent.
import { Button, Popover, Stack, TextInput } from "@mantine/core";
import { IconKeyboard } from "@tabler/icons-react";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { readMeetingCode } from "./meeting-code.ts";
import classes from "./JoinByCode.module.css";

export function JoinByCode() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [opened, setOpened] = useState(false);
  const [text, setText] = useState("");
  const [invalid, setInvalid] = useState(false);

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const code = readMeetingCode(text);
    setInvalid(code === null);
    if (code === null) return;
    setOpened(false);
    setText("");
    void navigate(`/m/${code}`);
  };

  return (
    <Popover opened={opened} onChange={setOpened} trapFocus position="bottom-end" shadow="md" width={300}>
      <Popover.Target>
        <Button
          variant="default"
          className={classes.button}
          leftSection={<IconKeyboard size={20} stroke={1.6} />}
          onClick={() => setOpened((present) => !present)}
          aria-label={t("joinByCode.open")}
        >
          <span className={classes.label}>{t("joinByCode.open")}</span>
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
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
              data-autofocus
              value={text}
              onChange={(event) => {
                setText(event.currentTarget.value);
                setInvalid(false);
              }}
              error={invalid ? t("joinByCode.invalid") : null}
            />
            <Button type="submit">{t("joinByCode.submit")}</Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
