// Naming the people who are to come: typed one by one, or pasted as a list.
import { Alert, Button, Group, List, Stack, TagsInput } from "@mantine/core";
import type { Invitation, Meeting } from "@open-meeting/client";
import { IconAlertTriangle, IconSend } from "@tabler/icons-react";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { FormError } from "../../components/FormError.tsx";
import { inviteeProblems, MAX_INVITEES, readInvitees } from "./invitees.ts";
import { useInvite } from "./use-invitations.ts";

interface InviteFormProps {
  meeting: Meeting;
  onInvited: (invited: Invitation[]) => void;
}

export function InviteForm({ meeting, onInvited }: InviteFormProps) {
  const { t } = useTranslation();
  const [people, setPeople] = useState<string[]>([]);
  const [typed, setTyped] = useState("");
  const [missing, setMissing] = useState(false);
  const invite = useInvite(meeting, (invited) => {
    setPeople([]);
    onInvited(invited);
  });
  const problems = inviteeProblems(t, invite.error, invite.variables ?? []);
  const tooMany = people.length > MAX_INVITEES;

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    // What stands in the field without a comma behind it is meant, too.
    const all = readInvitees([...people, typed]);
    setPeople(all);
    setTyped("");
    setMissing(all.length === 0);
    if (all.length > 0 && all.length <= MAX_INVITEES) invite.mutate(all);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <TagsInput
          label={t("invitations.who")}
          description={t("invitations.whoHelp", { count: MAX_INVITEES })}
          inputWrapperOrder={["label", "input", "description", "error"]}
          name="invitees"
          value={people}
          onChange={(pieces) => {
            setPeople(readInvitees(pieces));
            setMissing(false);
          }}
          searchValue={typed}
          onSearchChange={setTyped}
          splitChars={[",", ";", "\n", "\t"]}
          acceptValueOnBlur
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          error={
            tooMany
              ? t("invitations.tooMany", { count: MAX_INVITEES })
              : missing
                ? t("fieldError.required")
                : null
          }
        />
        {problems.length > 0 ? (
          <Alert color="red" icon={<IconAlertTriangle />} title={t("invitations.notInvited")} role="alert">
            <List size="sm" c="var(--mantine-color-text)">
              {problems.map(({ who, text }) => (
                <List.Item key={who ?? ""}>
                  {who === null ? text : t("invitations.problemOf", { who, text })}
                </List.Item>
              ))}
            </List>
          </Alert>
        ) : (
          <FormError error={invite.error} />
        )}
        <Group justify="flex-end">
          <Button
            type="submit"
            leftSection={<IconSend size={18} stroke={1.6} />}
            loading={invite.isPending}
            disabled={tooMany}
          >
            {t("invitations.invite")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
