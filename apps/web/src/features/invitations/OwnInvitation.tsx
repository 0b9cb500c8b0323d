// My own invitation to a meeting, which I answer without the mailed link.
import { Button, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Card } from "../../components/Card.tsx";
import { FormError } from "../../components/FormError.tsx";
import { useAnswerOwn, useOwnInvitation } from "./use-invitations.ts";

/** The card on the page of a meeting; nothing for whoever is not invited. */
export function OwnInvitationCard({ code, over }: { code: string; over: boolean }) {
  const { t } = useTranslation();
  const invitation = useOwnInvitation(code);
  // Most who read the page are not invited, so nothing holds a place until it is known.
  const status = invitation.data?.status;
  if (status === "accepted" || status === "declined") {
    return (
      <Card title={t(`invitation.title.${status}`)}>
        <Text size="sm" c="dimmed" role="status">
          {t(`invitation.text.${status}`)}
        </Text>
      </Card>
    );
  }
  if (status !== "pending" || over) return null;
  return (
    <Card title={t("invitation.title.open")} text={t("invitation.once")}>
      <OwnAnswer code={code} />
    </Card>
  );
}

/** The two answers. */
export function OwnAnswer({
  code,
  small = false,
  onAnswered,
}: {
  code: string;
  small?: boolean;
  onAnswered?: () => void;
}) {
  const { t } = useTranslation();
  const answer = useAnswerOwn(code, onAnswered);
  return (
    <Stack gap="xs">
      <FormError error={answer.error} />
      <Group gap="xs">
        {(["accept", "decline"] as const).map((which) => (
          <Button
            key={which}
            size={small ? "compact-sm" : "sm"}
            variant={which === "accept" ? (small ? "light" : "filled") : "default"}
            loading={answer.isPending && answer.variables === which}
            disabled={answer.isPending && answer.variables !== which}
            onClick={() => answer.mutate(which)}
          >
            {t(`invitation.${which}`)}
          </Button>
        ))}
      </Group>
    </Stack>
  );
}
