// The page behind a mailed link: what somebody is invited to, and their answer. No account is needed.
import { Button, Center, Group, Loader, Stack, Text } from "@mantine/core";
import { ApiError, type InvitedTo } from "@open-meeting/client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";
import { api } from "../../app/api.ts";
import { ErrorState } from "../../components/ErrorState.tsx";
import { FormError } from "../../components/FormError.tsx";
import { useTitle } from "../../hooks/use-title.ts";
import { AuthLayout } from "../auth/AuthLayout.tsx";
import { useLinkToken } from "../auth/link-token.ts";
import { readAnswer, stateOf, type Answer, type InvitationState } from "./invitation-state.ts";
import { InvitedToFacts } from "./InvitedToFacts.tsx";

export function InvitationPage() {
  const { t } = useTranslation();
  const { hash } = useLocation();
  // Read before the secret beside it is taken out of the address.
  const [preferred, setPreferred] = useState<Answer>("accept");
  if (hash !== "" && readAnswer(hash) !== preferred) setPreferred(readAnswer(hash));
  const token = useLinkToken();
  const invitation = useQuery({
    queryKey: ["invitation", token],
    queryFn: () => api.invitations.readByToken(token ?? ""),
    enabled: token !== null,
    refetchOnWindowFocus: false,
  });
  const state = token === null ? "bad" : stateOf(invitation.data, invitation.error);
  const title = t(`invitation.title.${state}`);
  useTitle(title);

  return (
    <AuthLayout title={title}>
      {state === "loading" ? (
        <Center py="lg" role="status" aria-label={t("common.loading")}>
          <Loader />
        </Center>
      ) : null}
      {state === "failed" ? (
        <ErrorState
          title={t("invitation.failed")}
          error={invitation.error}
          onRetry={() => void invitation.refetch()}
          retrying={invitation.isFetching}
        />
      ) : null}
      {state === "bad" || state === "revoked" ? <Text>{t(`invitation.text.${state}`)}</Text> : null}
      {invitation.data && token !== null ? (
        <Stack>
          <InvitedToFacts invitation={invitation.data} />
          <Answers token={token} invitation={invitation.data} state={state} preferred={preferred} />
        </Stack>
      ) : null}
    </AuthLayout>
  );
}

interface AnswersProps {
  token: string;
  invitation: InvitedTo;
  state: InvitationState;
  preferred: Answer;
}

function Answers({ token, invitation, state, preferred }: AnswersProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const key = ["invitation", token];
  const answer = useMutation({
    mutationFn: (which: Answer) => api.invitations.answerByToken(token, which),
    onSuccess: (answered) => client.setQueryData(key, answered),
    onError: (error) => {
      // Answered, taken back or over meanwhile: the page says which.
      if (error instanceof ApiError && !error.retryable) void client.invalidateQueries({ queryKey: key });
    },
  });
  if (state !== "open") {
    return (
      <Stack role="status">
        {state === "over" ? null : (
          <Text>{t(`invitation.text.${state === "accepted" ? "accepted" : "declined"}`)}</Text>
        )}
        {state === "accepted" ? (
          <Button component={Link} to={`/m/${invitation.meeting_code}`}>
            {t("invitation.open")}
          </Button>
        ) : null}
      </Stack>
    );
  }
  const button = (which: Answer) => (
    <Button
      key={which}
      variant={which === preferred ? "filled" : "default"}
      loading={answer.isPending && answer.variables === which}
      disabled={answer.isPending && answer.variables !== which}
      onClick={() => answer.mutate(which)}
    >
      {t(`invitation.${which}`)}
    </Button>
  );
  return (
    <Stack>
      <FormError error={answer.error} />
      <Group grow>{(["accept", "decline"] as const).map(button)}</Group>
      <Text size="sm" c="dimmed">
        {t("invitation.once")}
      </Text>
    </Stack>
  );
}
