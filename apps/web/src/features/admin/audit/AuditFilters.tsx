// Which entries of the audit log are shown: of one account, of one action.
import { Button, Group, NativeSelect, Text } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { useAdminUser } from "../user/use-admin-user.ts";
import { withFilter } from "../../../hooks/use-address-filters.ts";
import { ACTIONS } from "./audit-sentence.ts";

interface AuditFiltersProps {
  userId: string | null;
  action: string;
}

export function AuditFilters({ userId, action }: AuditFiltersProps) {
  const { t } = useTranslation();
  const [, setSearch] = useSearchParams();
  const user = useAdminUser(userId);
  const change = (name: string, value: string) =>
    setSearch((present) => withFilter(present, name, value), { replace: true });
  return (
    <Group align="flex-end" justify="space-between">
      <NativeSelect
        label={t("audit.filterAction")}
        value={action}
        onChange={(event) => change("action", event.currentTarget.value)}
        data={[
          { value: "", label: t("audit.all") },
          ...ACTIONS.map((value) => ({ value, label: t(`audit.name.${value}`) })),
        ]}
      />
      {userId === null ? null : (
        <Group gap="sm">
          <Text size="sm">{t("audit.about", { name: user.data?.username ?? userId.slice(0, 8) })}</Text>
          <Button
            variant="default"
            size="sm"
            leftSection={<IconX size={16} aria-hidden />}
            onClick={() => change("user_id", "")}
          >
            {t("audit.everybody")}
          </Button>
        </Group>
      )}
    </Group>
  );
}
