// How I want to be told: of each kind of things in the web client, by mail, both or not at all.
import { Button, Checkbox, Group, Skeleton, Stack, Text } from "@mantine/core";
import type { NotificationPreference } from "@open-meeting/client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../app/api.ts";
import { Card } from "../../../components/Card.tsx";
import { Done } from "../../../components/Done.tsx";
import { ErrorState } from "../../../components/ErrorState.tsx";
import { FormError } from "../../../components/FormError.tsx";
import { useTitle } from "../../../hooks/use-title.ts";
import classes from "./NotificationSettingsPage.module.css";

const KEY = ["notification-preferences"] as const;
const WAYS = ["in_app", "email"] as const;

export function NotificationSettingsPage() {
  const { t } = useTranslation();
  useTitle(t("settings.notifications"));
  const preferences = useQuery({
    queryKey: KEY,
    queryFn: () => api.notifications.readPreferences(),
    // What somebody is choosing is not to be replaced under their hands.
    refetchOnWindowFocus: false,
  });
  return (
    <Card title={t("settings.notifications")} text={t("preferences.text")}>
      {preferences.isPending ? (
        <div role="status" aria-label={t("common.loading")}>
          <Skeleton height={260} radius="md" />
        </div>
      ) : null}
      {preferences.isError && !preferences.data ? (
        <ErrorState
          title={t("preferences.failed")}
          error={preferences.error}
          onRetry={() => void preferences.refetch()}
          retrying={preferences.isFetching}
        />
      ) : null}
      {preferences.data ? <PreferencesForm initial={preferences.data} /> : null}
    </Card>
  );
}

function PreferencesForm({ initial }: { initial: NotificationPreference[] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [chosen, setChosen] = useState(initial);
  const save = useMutation({
    mutationFn: () => api.notifications.savePreferences(chosen),
    onSuccess: (saved) => {
      setChosen(saved);
      client.setQueryData(KEY, saved);
    },
  });
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{t("preferences.kind")}</th>
              {WAYS.map((way) => (
                <th key={way} scope="col" className={classes.way}>
                  {t(`preferences.${way}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {chosen.map((preference) => {
              const kind = t(`preferences.kinds.${preference.kind}.name`, { defaultValue: preference.kind });
              return (
                <tr key={preference.kind}>
                  <th scope="row">
                    {kind}
                    <Text size="sm" c="dimmed" fw={400}>
                      {t(`preferences.kinds.${preference.kind}.help`, { defaultValue: "" })}
                    </Text>
                  </th>
                  {WAYS.map((way) => (
                    <td key={way} className={classes.way}>
                      <Checkbox
                        className={classes.box ?? ""}
                        aria-label={`${kind}: ${t(`preferences.${way}`)}`}
                        checked={preference[way]}
                        onChange={({ currentTarget: { checked } }) => {
                          save.reset();
                          setChosen((present) =>
                            present.map((each) =>
                              each.kind === preference.kind ? { ...each, [way]: checked } : each,
                            ),
                          );
                        }}
                      />
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
        <Text size="sm" c="dimmed">
          {t("preferences.always")}
        </Text>
        <FormError error={save.error} />
        <Done>{save.isSuccess ? t("common.saved") : null}</Done>
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending}>
            {t("common.save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
