// Proving an e-mail address by following a mailed link.
import { Button, Center, Loader, Stack, Text } from "@mantine/core";
import { ApiError } from "@open-meeting/client";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api } from "../../app/api.ts";
import { ErrorState } from "../../components/ErrorState.tsx";
import { SendMailAgain } from "../../components/SendMailAgain.tsx";
import { useSession } from "../../hooks/use-session.ts";
import { useTitle } from "../../hooks/use-title.ts";
import { AuthLayout } from "./AuthLayout.tsx";
import { useLinkToken } from "./link-token.ts";

export function VerifyEmailPage() {
  const { t } = useTranslation();
  const session = useSession();
  const token = useLinkToken();
  // A link works once: the answer is kept, so that drawing the page again asks nothing again.
  const verification = useQuery({
    queryKey: ["verify-email", token],
    queryFn: () => verify(token ?? ""),
    enabled: token !== null,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const bad =
    token === null ||
    (verification.error instanceof ApiError && verification.error.type === "account.bad_link");
  const title = verification.isSuccess ? "doneTitle" : bad ? "badTitle" : "title";
  useTitle(t(`verify.${title}`));
  const signedIn = session.status === "signed-in";

  return (
    <AuthLayout title={t(`verify.${title}`)}>
      {bad ? (
        <Stack>
          <Text>{signedIn ? t("verify.badText") : t("verify.badSignedOut")}</Text>
          {signedIn && !session.user.email_verified ? <SendMailAgain /> : null}
          <WayOn signedIn={signedIn} />
        </Stack>
      ) : verification.isSuccess ? (
        <Stack role="status">
          <Text>{t("verify.doneText")}</Text>
          <WayOn signedIn={signedIn} />
        </Stack>
      ) : verification.isError ? (
        <ErrorState
          title={t("verify.failed")}
          error={verification.error}
          onRetry={() => void verification.refetch()}
          retrying={verification.isFetching}
        />
      ) : (
        <Center py="lg" role="status" aria-label={t("verify.working")}>
          <Loader />
        </Center>
      )}
    </AuthLayout>
  );
}

async function verify(token: string): Promise<true> {
  await api.account.verifyEmail(token);
  // The mark in the settings follows; whether it can be read now does not matter to the link.
  if (api.session.state.get().status === "signed-in") await api.account.readProfile().catch(() => undefined);
  return true;
}

function WayOn({ signedIn }: { signedIn: boolean }) {
  const { t } = useTranslation();
  return (
    <Button component={Link} to={signedIn ? "/" : "/login"}>
      {t(signedIn ? "verify.home" : "verify.signIn")}
    </Button>
  );
}
