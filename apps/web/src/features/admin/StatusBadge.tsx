// Whether an account may be used, as a mark.
import { Badge } from "@mantine/core";
import type { UserStatus } from "@open-meeting/client";
import { useTranslation } from "react-i18next";

const COLORS = { active: "teal", banned: "red", closing: "yellow", deleted: "gray" } as const;

export function StatusBadge({ status }: { status: UserStatus }) {
  const { t } = useTranslation();
  return (
    <Badge color={COLORS[status]} variant="light">
      {t(`admin.status.${status}`)}
    </Badge>
  );
}
