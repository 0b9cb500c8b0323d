// What the host of a meeting can do with it in the list: change it, or call it off.
import { ActionIcon, Menu } from "@mantine/core";
import type { Meeting } from "@open-meeting/client";
import { IconDots, IconPencil, IconTrash } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState, type ComponentType } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api } from "../../app/api.ts";
import type { ConfirmDialogProps } from "../../components/ConfirmDialog.tsx";

/** Comes when it is wanted, so that the list need not wait for it; what cannot be fetched is missed. */
const ConfirmDialog = lazy<ComponentType<ConfirmDialogProps>>(() =>
  import("../../components/ConfirmDialog.tsx").then(
    (module) => ({ default: module.ConfirmDialog }),
    () => ({ default: () => null }),
  ),
);

export function MeetingMenu({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation();
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
  const { title } = meeting;
  return (
    <>
      <Menu position="bottom-end" width={210}>
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
          {meeting.status === "scheduled" ? (
            <Menu.Item
              c="var(--mantine-color-error)"
              leftSection={<IconTrash size={18} stroke={1.6} />}
              onClick={() => setAsking(true)}
            >
              {t("dashboard.cancel")}
            </Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      {asking === undefined ? null : (
        <Suspense>
          <ConfirmDialog
            opened={asking}
            title={t("dashboard.cancelTitle", { title })}
            text={t("dashboard.cancelText")}
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
