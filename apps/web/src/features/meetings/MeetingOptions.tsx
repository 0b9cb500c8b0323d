// Who may come to a meeting, and what they may do there. Most meetings need none of it, so it is folded away.
import { Button, Collapse, Radio, Stack, Switch, TextInput } from "@mantine/core";
import type { MeetingSettings } from "@open-meeting/client";
import { IconChevronDown, IconChevronUp } from "@tabler/icons-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { MeetingForm } from "./meeting-form.ts";

interface MeetingOptionsProps {
  form: MeetingForm;
  onChange: (part: Partial<MeetingForm>) => void;
  /** What the server says about the passcode. */
  error: string | null;
}

const LOBBY = ["off", "guests", "everyone"] as const;
const MAY = ["unmute", "share_screen", "chat", "record"] as const;
const HOST_LEAVES = ["hand-over", "end"] as const;

export function MeetingOptions({ form, onChange, error }: MeetingOptionsProps) {
  const { t } = useTranslation();
  const id = useId();
  const [chosen, setChosen] = useState(false);
  const open = chosen || error !== null;
  const { settings } = form;
  const set = (part: Partial<MeetingSettings>) => onChange({ settings: { ...settings, ...part } });
  return (
    <div>
      <Button
        variant="subtle"
        color="gray"
        px="xs"
        ml={-8}
        aria-expanded={open}
        aria-controls={id}
        rightSection={open ? <IconChevronUp size={18} /> : <IconChevronDown size={18} />}
        onClick={() => setChosen(!open)}
      >
        {t("meetingOptions.title")}
      </Button>
      <Collapse expanded={open} id={id}>
        <Stack pt="sm" gap="lg">
          <Radio.Group
            label={t("meetingOptions.lobby.title")}
            description={t("meetingOptions.lobby.help")}
            value={settings.lobby}
            onChange={(value) => set({ lobby: LOBBY.find((mode) => mode === value) ?? "off" })}
          >
            <Stack gap="xs" mt="xs">
              {LOBBY.map((mode) => (
                <Radio key={mode} value={mode} label={t(`meetingOptions.lobby.${mode}`)} />
              ))}
            </Stack>
          </Radio.Group>
          <Switch
            label={t("meetingOptions.guests")}
            description={t("meetingOptions.guestsHelp")}
            checked={settings.guests_allowed}
            onChange={(event) => set({ guests_allowed: event.currentTarget.checked })}
          />
          <Passcode form={form} onChange={onChange} error={error} />
          <Switch
            label={t("meetingOptions.muteOnEntry")}
            checked={settings.mute_on_entry}
            onChange={(event) => set({ mute_on_entry: event.currentTarget.checked })}
          />
          <Switch.Group
            label={t("meetingOptions.may.title")}
            description={t("meetingOptions.may.help")}
            value={MAY.filter((name) => settings[name])}
            onChange={(names) => set(Object.fromEntries(MAY.map((name) => [name, names.includes(name)])))}
          >
            <Stack gap="xs" mt="xs">
              {MAY.map((name) => (
                <Switch key={name} value={name} label={t(`meetingOptions.may.${name}`)} />
              ))}
            </Stack>
          </Switch.Group>
          <Radio.Group
            label={t("meetingOptions.hostLeaves.title")}
            value={settings.host_leaves}
            onChange={(value) => set({ host_leaves: value === "end" ? "end" : "hand-over" })}
          >
            <Stack gap="xs" mt="xs">
              {HOST_LEAVES.map((policy) => (
                <Radio key={policy} value={policy} label={t(`meetingOptions.hostLeaves.${policy}`)} />
              ))}
            </Stack>
          </Radio.Group>
        </Stack>
      </Collapse>
    </div>
  );
}

function Passcode({ form, onChange, error }: MeetingOptionsProps) {
  const { t } = useTranslation();
  const [had] = useState(form.keepPasscode);
  return (
    <Stack gap="xs">
      {had ? (
        <Switch
          label={t("meetingOptions.keepPasscode")}
          checked={form.keepPasscode}
          onChange={(event) => onChange({ keepPasscode: event.currentTarget.checked })}
        />
      ) : null}
      {form.keepPasscode ? null : (
        <TextInput
          label={t("meetingOptions.passcode")}
          description={t("meetingOptions.passcodeHelp")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          name="passcode"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={32}
          maw={240}
          value={form.passcode}
          onChange={(event) => onChange({ passcode: event.currentTarget.value })}
          error={error}
        />
      )}
    </Stack>
  );
}
