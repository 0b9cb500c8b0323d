// What the host of a meeting can do with it in the list and the calendar: change it, call one of its times off, or all of it.
import { ActionIcon, Menu } from "@mantine/core";
import type { Meeting } from "@open-meeting/client";
import { IconCalendarMinus, IconDots, IconPencil, IconTrash } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState, type ComponentType } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api } from "../../app/api.ts";
import type { ConfirmDialogProps } from "../../components/ConfirmDialog.tsx";
import { useSkipOccurrence } from "./calendar/use-occurrences.ts";
import { exactly, formatLocale } from "./when.ts";

/** Comes when it is wanted, so that the list need not wait for it; what cannot be fetched is missed. */
const ConfirmDialog = lazy<ComponentType<ConfirmDialogProps>>(() =>
  import("../../components/ConfirmDialog.tsx").then(
    (module) => ({ default: module.ConfirmDialog }),
    () => ({ default: () => null }),
  ),
);

interface MeetingMenuProps {
  meeting: Pick<Meeting, "id" | "code" | "title" | "status">;
  /** The start of the one of its times that can be called off alone; null when it takes place once. */
  skip?: string | null;
}

export function MeetingMenu({ meeting, skip = null }: MeetingMenuProps) {
  const { t, i18n } = useTranslation();
  const client = useQueryClient();
  // Undefined until it was asked for the first time.
  const [asking, setAsking] = useState<boolean>();
  const cancel = useMutation({
    mutationFn: () => api.hosting.cancelMeeting(meeting.id),
    onSuccess: async () => {
      setAsking(false);
      await client.invalidateQueries({ queryKey: ["meetings"] });
      await client.invalidateQueries({ queryKey: ["meeting", meeting.code] });
    },
  });
  const [skipping, setSkipping] = useState<boolean>();
  const skipOne = useSkipOccurrence(meeting, () => setSkipping(false));
  const { title } = meeting;
  const time = skip === null ? "" : exactly(skip, formatLocale(i18n.language), "short");
  return (
    <>
      <Menu position="bottom-end" width={230}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("dashboard.moreOf", { title })}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            component={Link}
            to={`/meetings/${meeting.code}/edit`}
            leftSection={<IconPencil size={18} stroke={1.6} />}
          >
            {t("dashboard.edit")}
          </Menu.Item>
          {skip !== null && meeting.status === "scheduled" ? (
            <Menu.Item
              leftSection={<IconCalendarMinus size={18} stroke={1.6} />}
              onClick={() => setSkipping(true)}
            >
              {t("calendar.skip")}
            </Menu.Item>
          ) : null}
          {meeting.status === "scheduled" ? (
            <Menu.Item
              c="var(--mantine-color-error)"
              leftSection={<IconTrash size={18} stroke={1.6} />}
              onClick={() => setAsking(true)}
            >
              {skip === null ? t("dashboard.cancel") : t("calendar.cancelAll")}
            </Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      {skipping === undefined || skip === null ? null : (
        <Suspense>
          <ConfirmDialog
            opened={skipping}
            title={t("calendar.skipTitle", { title })}
            text={t("calendar.skipText", { time })}
            action={t("calendar.skipSubmit")}
            danger
            error={skipOne.error}
            pending={skipOne.isPending}
            onConfirm={() => skipOne.mutate(skip)}
            onClose={() => {
              setSkipping(false);
              skipOne.reset();
            }}
          />
        </Suspense>
      )}
      {asking === undefined ? null : (
        <Suspense>
          <ConfirmDialog
            opened={asking}
            title={t("dashboard.cancelTitle", { title })}
            text={skip === null ? t("dashboard.cancelText") : t("calendar.cancelAllText")}
            action={t("dashboard.cancel")}
            danger
            error={cancel.error}
            pending={cancel.isPending}
            onConfirm={() => cancel.mutate()}
            onClose={() => {
              setAsking(false);
              cancel.reset();
            }}
          />
        </Suspense>
      )}
    </>
  );
}
