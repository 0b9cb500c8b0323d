// Search and filters over the table of accounts.
import { NativeSelect, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useAddressFilters } from "../../../hooks/use-address-filters.ts";
import classes from "./UserFilters.module.css";
import { MAX_QUERY, ROLES, STATUSES } from "./user-filters.ts";

export function UserFilters() {
  const { t } = useTranslation();
  const { search, change, text, setText, searchNow } = useAddressFilters("query");
  const all = { value: "", label: t("adminUsers.all") };
  return (
    <search className={classes.filters}>
      <TextInput
        className={classes.search ?? ""}
        type="search"
        label={t("adminUsers.search")}
        placeholder={t("adminUsers.searchHelp")}
        maxLength={MAX_QUERY}
        leftSection={<IconSearch size={18} stroke={1.6} />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") searchNow();
        }}
      />
      <NativeSelect
        label={t("adminUsers.status")}
        value={search.get("status") ?? ""}
        onChange={(event) => change("status", event.currentTarget.value)}
        data={[all, ...STATUSES.map((value) => ({ value, label: t(`admin.status.${value}`) }))]}
      />
      <NativeSelect
        label={t("adminUsers.role")}
        value={search.get("role") ?? ""}
        onChange={(event) => change("role", event.currentTarget.value)}
        data={[all, ...ROLES.map((value) => ({ value, label: t(`admin.role.${value}`) }))]}
      />
    </search>
  );
}
