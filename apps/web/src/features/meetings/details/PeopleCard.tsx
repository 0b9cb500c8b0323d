// Who is or was in a meeting, for those who do not host it.
import { Badge, Skeleton, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Card } from "../../../components/Card.tsx";
import { ErrorState } from "../../../components/ErrorState.tsx";
import { PersonAvatar } from "../../../components/PersonAvatar.tsx";
import { When } from "../../../components/When.tsx";
import classes from "./People.module.css";
import type { usePeople } from "./use-meeting-details.ts";

export function PeopleCard({ people }: { people: ReturnType<typeof usePeople> }) {
  const { t } = useTranslation();
  // Nobody was there yet, and nobody was asked.
  if ((people.isPending && people.fetchStatus === "idle") || people.data?.length === 0) return null;
  return (
    <Card title={t("people.title")}>
      {people.isPending ? (
        <div role="status" aria-label={t("common.loading")}>
          <Skeleton height={120} radius="md" />
        </div>
      ) : null}
      {people.isError && !people.data ? (
        <ErrorState
          title={t("details.peopleFailed")}
          error={people.error}
          onRetry={() => void people.refetch()}
          retrying={people.isFetching}
        />
      ) : null}
      <ul className={classes.list} aria-label={t("people.title")}>
        {people.data?.map((person) => (
          <li key={person.user_id} className={classes.row}>
            <PersonAvatar id={person.user_id} name={person.display_name} size={36} />
            <div className={classes.what}>
              <Text size="sm" fw={600} className={classes.name}>
                {person.display_name}
              </Text>
              <Text size="xs" c="dimmed">
                {person.left_at === null ? (
                  t("details.present")
                ) : (
                  <>
                    {t("details.left")} <When time={person.left_at} />
                  </>
                )}
              </Text>
            </div>
            <RoleBadge guest={person.guest} role={person.role} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** Says when somebody is more, or less, than a participant. */
export function RoleBadge({ role, guest }: { role: "host" | "co-host" | "participant"; guest: boolean }) {
  const { t } = useTranslation();
  if (role === "participant" && !guest) return null;
  return (
    <Badge variant="light" color="gray" className={classes.badge}>
      {t(`people.role.${role === "participant" ? "guest" : role}`)}
    </Badge>
  );
}
