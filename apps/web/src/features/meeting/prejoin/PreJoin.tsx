// The door of a meeting: how I look and sound, under which name, and one button to go in.
import { Badge, Button, Stack, Text, TextInput, Title } from "@mantine/core";
import type { LocalMedia, Meeting } from "@open-meeting/client";
import { IconArrowLeft } from "@tabler/icons-react";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { When } from "../../../components/When.tsx";
import { useStore } from "../../../hooks/use-store.ts";
import { AlreadyHere } from "./AlreadyHere.tsx";
import { DevicePickers } from "./DevicePickers.tsx";
import { DeviceProblemNotice } from "./DeviceProblemNotice.tsx";
import classes from "./PreJoin.module.css";
import { Preview } from "./Preview.tsx";

interface PreJoinProps {
  meeting: Meeting;
  local: LocalMedia;
  displayName: string;
  onJoin: (displayName: string) => void;
}

export function PreJoin({ meeting, local, displayName, onJoin }: PreJoinProps) {
  const { t } = useTranslation();
  const media = useStore(local.state);
  const [name, setName] = useState(displayName);
  const [missing, setMissing] = useState(false);

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const trimmed = name.trim();
    setMissing(trimmed === "");
    if (trimmed !== "") onJoin(trimmed);
  };

  return (
    <main className={classes.page}>
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
            <DevicePickers local={local} media={media} />
            <Button type="submit" size="md" fullWidth mt="xs">
              {t("prejoin.join")}
            </Button>
          </Stack>
        </form>
      </div>
    </main>
  );
}
