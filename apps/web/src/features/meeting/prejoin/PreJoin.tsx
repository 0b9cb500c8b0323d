// The door of a meeting: how I look and sound, under which name, and one button to go in.
import { Alert, Anchor, Badge, Button, Stack, Text, TextInput, Title } from "@mantine/core";
import type { LocalMedia, MeetingPreview } from "@open-meeting/client";
import { IconArrowLeft, IconLock } from "@tabler/icons-react";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { When } from "../../../components/When.tsx";
import { useStore } from "../../../hooks/use-store.ts";
import { signInPage } from "../../auth/next-page.ts";
import type { PasscodeProblem } from "../visit.ts";
import { AlreadyHere } from "./AlreadyHere.tsx";
import { DevicePickers } from "./DevicePickers.tsx";
import { DeviceProblemNotice } from "./DeviceProblemNotice.tsx";
import classes from "./PreJoin.module.css";
import { Preview } from "./Preview.tsx";

const PROBLEMS = {
  "meeting.passcode_required": "error.meeting.passcode_required",
  "meeting.passcode_wrong": "error.meeting.passcode_wrong",
} as const;

interface PreJoinProps {
  meeting: MeetingPreview;
  local: LocalMedia;
  guest: boolean;
  displayName: string;
  /** Why the last attempt to join has led back here. */
  problem: PasscodeProblem | null;
  onJoin: (entry: { displayName: string; passcode?: string }) => void;
}

export function PreJoin({ meeting, local, guest, displayName, problem, onJoin }: PreJoinProps) {
  const { t } = useTranslation();
  const media = useStore(local.state);
  const [name, setName] = useState(displayName);
  const [missing, setMissing] = useState(false);
  const [passcode, setPasscode] = useState("");
  const asksPasscode = meeting.passcode_required || problem !== null;
  const waits = meeting.lobby === "everyone" || (meeting.lobby === "guests" && guest);

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const trimmed = name.trim();
    setMissing(trimmed === "");
    if (trimmed === "") return;
    onJoin({ displayName: trimmed, ...(asksPasscode && passcode !== "" ? { passcode } : {}) });
  };

  return (
    <main className={classes.page}>
      {guest ? null : (
        <Button
          component={Link}
          to="/"
          variant="subtle"
          color="gray"
          className={classes.back ?? ""}
          leftSection={<IconArrowLeft size={18} />}
        >
          {t("nav.meetings")}
        </Button>
      )}
      <div className={classes.columns}>
        <section className={classes.left} aria-label={t("prejoin.preview")}>
          <Preview local={local} media={media} name={name} />
          <DeviceProblemNotice media={media} local={local} />
        </section>
        <form onSubmit={submit} className={classes.right} noValidate>
          <Stack gap="md">
            <div>
              <Title order={1} size="h2" className={classes.title}>
                {meeting.title}
              </Title>
              <Text c="dimmed" size="sm" mt={4} component="div">
                {meeting.status === "live" ? (
                  <Badge color="teal" variant="light">
                    {t("meeting.status.live")}
                  </Badge>
                ) : meeting.start_time ? (
                  <>
                    {t("dashboard.starts")} <When time={meeting.start_time} />
                  </>
                ) : (
                  meeting.code
                )}
              </Text>
            </div>
            {meeting.locked ? (
              <Alert color="yellow" icon={<IconLock />} role="note">
                {t("prejoin.locked")}
              </Alert>
            ) : null}
            <AlreadyHere meeting={meeting} />
            <TextInput
              label={t("prejoin.name")}
              description={t("prejoin.nameHelp")}
              inputWrapperOrder={["label", "input", "description", "error"]}
              name="display_name"
              autoComplete="nickname"
              maxLength={64}
              required
              withAsterisk={false}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              error={missing && name.trim() === "" ? t("fieldError.required") : null}
            />
            {asksPasscode ? (
              <TextInput
                label={t("prejoin.passcode")}
                description={t("prejoin.passcodeHelp")}
                inputWrapperOrder={["label", "input", "description", "error"]}
                name="passcode"
                autoComplete="off"
                autoCapitalize="none"
                spellCheck={false}
                maxLength={32}
                // A wrong passcode has led back here, to be mended.
                // eslint-disable-next-line jsx-a11y/no-autofocus
                autoFocus={problem !== null}
                value={passcode}
                onChange={(event) => setPasscode(event.currentTarget.value)}
                error={problem === null || passcode !== "" ? null : t(PROBLEMS[problem])}
              />
            ) : null}
            <DevicePickers local={local} media={media} />
            <Button type="submit" size="md" fullWidth mt="xs">
              {waits ? t("prejoin.ask") : t("prejoin.join")}
            </Button>
            {waits ? (
              <Text size="sm" c="dimmed" ta="center">
                {t("prejoin.willWait")}
              </Text>
            ) : null}
            {guest ? (
              <Text size="sm" ta="center">
                {t("register.haveAccount")}{" "}
                <Anchor component={Link} to={signInPage(`/m/${meeting.code}`)} underline="always">
                  {t("register.signIn")}
                </Anchor>
              </Text>
            ) : null}
          </Stack>
        </form>
      </div>
    </main>
  );
}
