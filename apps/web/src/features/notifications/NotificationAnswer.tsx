// An invitation is answered in the notification that tells of it.
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { OwnAnswer } from "../invitations/OwnInvitation.tsx";
import { useOwnInvitation } from "../invitations/use-invitations.ts";
import classes from "./Notifications.module.css";

interface NotificationAnswerProps {
  code: string;
  /** What the meeting is called. */
  title: string;
  /** Called when the answer was taken. */
  onAnswered: () => void;
}

/** The two answers while one is wanted, and afterwards which it was. Nothing when that cannot be known. */
export function NotificationAnswer({ code, title, onAnswered }: NotificationAnswerProps) {
  const { t } = useTranslation();
  const status = useOwnInvitation(code).data?.status;
  if (status === "pending") {
    return (
      <div className={classes.answer} role="group" aria-label={t("notifications.answerTo", { title })}>
        <OwnAnswer code={code} small onAnswered={onAnswered} />
      </div>
    );
  }
  if (status !== "accepted" && status !== "declined") return null;
  return (
    <Text size="xs" mt={4} fw={600}>
      {t(`invitation.title.${status}`)}
    </Text>
  );
}
