// The invitations to a meeting, for its host: inviting, who comes, and taking back.
import { Badge, Button, Skeleton, Stack, Text } from "@mantine/core";
import type { Invitation, Meeting } from "@open-meeting/client";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Card } from "../../components/Card.tsx";
import { ConfirmDialog } from "../../components/ConfirmDialog.tsx";
import { Done } from "../../components/Done.tsx";
import { ErrorState } from "../../components/ErrorState.tsx";
import { PersonAvatar } from "../../components/PersonAvatar.tsx";
import { When } from "../../components/When.tsx";
import classes from "./InvitationsCard.module.css";
import { InviteForm } from "./InviteForm.tsx";
import { useInvitations, useWithdraw } from "./use-invitations.ts";

const COLORS = { pending: "gray", accepted: "teal", declined: "red", revoked: "gray" } as const;

/** `closed`: nobody can be invited any more. */
export function InvitationsCard({ meeting, closed = false }: { meeting: Meeting; closed?: boolean }) {
  const { t } = useTranslation();
  const invitations = useInvitations(meeting);
  const list = useRef<HTMLDivElement>(null);
  const [asking, setAsking] = useState<Invitation | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const withdraw = useWithdraw(meeting, () => {
    setDone(asking && t("invitations.withdrawn", { name: nameOf(asking) }));
    setAsking(null);
    // The button that was pressed goes with the invitation.
    list.current?.focus();
  });
  const items = invitations.data?.pages.flatMap((page) => page.items) ?? [];
  const coming = items.filter(({ status }) => status === "accepted").length;
  const invited = items.filter(({ status }) => status !== "revoked").length;
  const name = asking ? nameOf(asking) : "";
  return (
    <Card
      title={t("invitations.title")}
      {...(invited > 0 && !invitations.hasNextPage
        ? { text: t("invitations.summary", { count: invited, coming }) }
        : {})}
    >
      {closed ? null : (
        <InviteForm
          meeting={meeting}
          onInvited={(people) => setDone(t("invitations.invited", { count: people.length }))}
        />
      )}
      <Done>{done}</Done>
      {invitations.isPending ? <InvitationsSkeleton /> : null}
      {invitations.isError && items.length === 0 ? (
        <ErrorState
          title={t("invitations.failed")}
          error={invitations.error}
          onRetry={() => void invitations.refetch()}
          retrying={invitations.isFetching}
        />
      ) : null}
      {invitations.isSuccess && items.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t(closed ? "invitations.nobodyWas" : "invitations.nobody")}
        </Text>
      ) : null}
      {items.length > 0 ? (
        <div ref={list} tabIndex={-1} className={classes.focus}>
          <ul className={classes.list} aria-label={t("invitations.title")}>
            {items.map((invitation) => (
              <InvitationRow
                key={invitation.id}
                invitation={invitation}
                {...(closed ? {} : { onWithdraw: () => setAsking(invitation) })}
              />
            ))}
          </ul>
        </div>
      ) : null}
      {invitations.hasNextPage && items.length > 0 ? (
        <Button
          variant="default"
          mx="auto"
          loading={invitations.isFetchingNextPage}
          onClick={() => void invitations.fetchNextPage()}
        >
          {t("common.more")}
        </Button>
      ) : null}
      <ConfirmDialog
        opened={asking !== null}
        title={t("invitations.withdrawTitle", { name })}
        text={t("invitations.withdrawText")}
        action={t("invitations.withdraw")}
        danger
        error={withdraw.error}
        pending={withdraw.isPending}
        onConfirm={() => {
          if (asking) withdraw.mutate(asking);
        }}
        onClose={() => {
          setAsking(null);
          withdraw.reset();
        }}
      />
    </Card>
  );
}

/** What somebody is called in the list: their name, or how they were invited. */
export function nameOf({ name, username, email }: Invitation): string {
  return name ?? username ?? email ?? "";
}

function InvitationRow({ invitation, onWithdraw }: { invitation: Invitation; onWithdraw?: () => void }) {
  const { t } = useTranslation();
  const { id, status, username, email } = invitation;
  const name = nameOf(invitation);
  const address = email ?? username;
  return (
    <li className={classes.row} data-status={status}>
      <PersonAvatar id={id} name={name} size={36} />
      <div className={classes.what}>
        <Text size="sm" fw={600} className={classes.name}>
          {name}
        </Text>
        <Text size="xs" c="dimmed" className={classes.facts}>
          {address !== null && address !== name ? <span>{address}</span> : null}
          <span>
            {t(invitation.answered_at ? "invitations.answeredAt" : "invitations.invitedAt")}{" "}
            <When time={invitation.answered_at ?? invitation.created_at} />
          </span>
        </Text>
      </div>
      <Badge color={COLORS[status]} variant="light" className={classes.badge}>
        {t(`invitations.status.${status}`)}
      </Badge>
      {onWithdraw && status !== "revoked" ? (
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          aria-label={t("invitations.withdrawOf", { name })}
          onClick={onWithdraw}
        >
          {t("invitations.withdraw")}
        </Button>
      ) : null}
    </li>
  );
}

function InvitationsSkeleton() {
  const { t } = useTranslation();
  return (
    <Stack gap="sm" role="status" aria-label={t("common.loading")}>
      {[40, 52, 34].map((width) => (
        <div key={width} className={classes.row}>
          <Skeleton height={36} circle />
          <div className={classes.what}>
            <Skeleton height={14} width={`${width}%`} mb={8} />
            <Skeleton height={11} width="30%" />
          </div>
        </div>
      ))}
    </Stack>
  );
}
