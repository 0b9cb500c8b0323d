// Search and filters over the table of accounts.
import { NativeSelect, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import classes from "./UserFilters.module.css";
import { MAX_QUERY, ROLES, STATUSES, withFilter } from "./user-filters.ts";

/** The server is asked when nothing was typed for so long, in milliseconds. */
const PAUSE_MS = 300;

export function UserFilters() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const all = { value: "", label: t("adminUsers.all") };
  const change = (name: string, value: string) =>
    setSearch((present) => withFilter(present, name, value), { replace: true });
  const asked = search.get("query") ?? "";
  const [text, setText] = useState(asked);
  const [shown, setShown] = useState(asked);
  // Somebody went back, or cleared the filters: the field follows the address.
  if (asked !== shown) {
    setShown(asked);
    if (asked !== text.trim()) setText(asked);
  }
  useEffect(() => {
    if (text.trim() === asked) return;
    const timer = setTimeout(
      () => setSearch((present) => withFilter(present, "query", text.trim()), { replace: true }),
      PAUSE_MS,
    );
    return () => clearTimeout(timer);
  }, [text, asked, setSearch]);
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
          if (event.key === "Enter") change("query", text.trim());
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
