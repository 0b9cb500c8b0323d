// After a call: how it went, why it ended, and the two ways on.
import { Button, Center, Group, Paper, Stack, Text, Title } from "@mantine/core";
import type { CloseReason, MeetingPreview } from "@open-meeting/client";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { errorText } from "../../../app/error-text.ts";
import { signInPage } from "../../auth/next-page.ts";
import { clock } from "../../meetings/when.ts";
import type { CallFacts } from "../visit.ts";

interface AfterCallProps {
  meeting: MeetingPreview;
  guest: boolean;
  /** Whether it is my own meeting. */
  own: boolean;
  reason: CloseReason;
  facts: CallFacts;
  onRejoin: () => void;
}

export function AfterCall({ meeting, guest, own, reason, facts, onRejoin }: AfterCallProps) {
  const { t } = useTranslation();
  const over = meeting.status === "ended" || !mayComeBack(reason);
  return (
    <Center component="main" mih="100vh" p="md" bg="var(--om-sunken)">
      <Paper withBorder radius="lg" p="xl" w="min(460px, 100%)" bg="var(--om-surface)">
        <Stack gap="sm" ta="center" align="center">
          <Title order={1} size="h3">
            {t(`after.title.${reason.kind}`)}
          </Title>
          <Text c="dimmed">{explanation(t, reason)}</Text>
          <Text fw={600} mt="xs">
            {meeting.title}
          </Text>
          {facts.duration === null ? null : (
            <Text size="sm" c="dimmed">
              {t("after.facts", { duration: clock(facts.duration), count: facts.people })}
            </Text>
          )}
          <Group justify="center" mt="md">
            {over ? null : (
              <Button onClick={onRejoin}>
                {reason.kind === "refused"
                  ? t("common.tryAgain")
                  : reason.kind === "denied"
                    ? t("after.askAgain")
                    : t("after.rejoin")}
              </Button>
            )}
            {own && meeting.status === "ended" ? (
              <Button component={Link} to={`/meetings/new?like=${meeting.code}`} variant="default">
                {t("after.next")}
              </Button>
            ) : null}
            {guest ? null : (
              <Button component={Link} to={`/meetings/${meeting.code}`} variant="default">
                {t("after.details")}
              </Button>
            )}
            <Button
              component={Link}
              to={guest ? signInPage(over ? "/" : `/m/${meeting.code}`) : "/"}
              variant={over ? "filled" : "default"}
            >
              {guest ? t("login.submit") : t("after.home")}
            </Button>
          </Group>
        </Stack>
      </Paper>
    </Center>
  );
}

function explanation(t: TFunction, reason: CloseReason): string {
  if (reason.kind === "refused") {
    return reason.cause === undefined
      ? t(`after.refused.${refusal(reason.code)}`)
      : errorText(t, reason.cause);
  }
  if (reason.kind === "kicked" && reason.reason === "kicked") return t("after.text.removed");
  if (reason.kind === "kicked" && reason.reason === "banned") return t("after.text.banned");
  return t(`after.text.${reason.kind}`);
}

/** Whether it is of any use to try to join again. */
export function mayComeBack(reason: CloseReason): boolean {
  switch (reason.kind) {
    case "ended":
      return false;
    case "kicked":
      // Whoever was only sent out may knock again.
      return reason.reason === "kicked";
    case "refused":
      return reason.code !== "meeting.banned" && reason.code !== "meeting.guests_not_allowed";
    default:
      return true;
  }
}

const REFUSALS = ["room_locked", "room_full", "room_ended", "other"] as const;

function refusal(code: string): (typeof REFUSALS)[number] {
  return REFUSALS.find((known) => known === code.replace(".", "_")) ?? "other";
}
