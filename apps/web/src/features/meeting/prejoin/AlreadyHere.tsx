// Who is in the meeting already.
import { Avatar, Group, Text } from "@mantine/core";
import type { MeetingPreview } from "@open-meeting/client";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "../../../app/api.ts";
import { PersonAvatar } from "../../../components/PersonAvatar.tsx";
import { useMaybeUser } from "../../../hooks/use-session.ts";

/** People come and go while one looks into the mirror; asked again this often, in milliseconds. */
const REFRESH_MS = 5_000;
/** So many are named, the others counted. */
const NAMED = 3;

export function AlreadyHere({ meeting }: { meeting: MeetingPreview }) {
  const { t, i18n } = useTranslation();
  const user = useMaybeUser();
  const { data } = useQuery({
    queryKey: ["participants", meeting.code],
    queryFn: () => api.listParticipants(meeting.code),
    refetchInterval: REFRESH_MS,
    enabled: user !== null && meeting.status === "live",
  });
  const present = (data ?? []).filter((person) => !person.left_at && person.user_id !== user?.id);
  if (meeting.status !== "live" || !data) return null;
  if (present.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t("prejoin.nobody")}
      </Text>
    );
  }
  const names = present.slice(0, NAMED).map((person) => person.display_name);
  if (present.length > NAMED) names.push(t("prejoin.more", { count: present.length - NAMED }));
  return (
    <Group gap="sm" wrap="nowrap">
      <Avatar.Group aria-hidden>
        {present.slice(0, NAMED).map((person) => (
          <PersonAvatar key={person.user_id} id={person.user_id} name={person.display_name} size={32} />
        ))}
      </Avatar.Group>
      <Text size="sm">
        {t("prejoin.here", {
          count: present.length,
          names: new Intl.ListFormat(i18n.language).format(names),
        })}
      </Text>
    </Group>
  );
}
