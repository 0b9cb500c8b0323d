// Search and filters over the list of meetings.
import { NativeSelect, SegmentedControl, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import classes from "./MeetingFilters.module.css";
import { FILTERS, MAX_QUERY, readFilter, ROLE_FILTERS } from "./use-meetings.ts";

/** The server is asked when nothing was typed for so long, in milliseconds. */
const PAUSE_MS = 300;

/** An address with one parameter changed; nothing removes it. */
function changed(search: URLSearchParams, name: string, value: string): URLSearchParams {
  const next = new URLSearchParams(search);
  if (value === "") next.delete(name);
  else next.set(name, value);
  return next;
}

export function MeetingFilters() {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const change = (name: string, value: string) =>
    setSearch((present) => changed(present, name, value), { replace: true });
  const asked = search.get("q") ?? "";
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
      () => setSearch((present) => changed(present, "q", text.trim()), { replace: true }),
      PAUSE_MS,
    );
    return () => clearTimeout(timer);
  }, [text, asked, setSearch]);
  return (
    <search className={classes.filters}>
      <TextInput
        className={classes.search ?? ""}
        type="search"
        aria-label={t("meetingFilters.searchHelp")}
        placeholder={t("meetingFilters.search")}
        maxLength={MAX_QUERY}
        leftSection={<IconSearch size={18} stroke={1.6} />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") change("q", text.trim());
        }}
      />
      <NativeSelect
        aria-label={t("meetingFilters.role")}
        value={ROLE_FILTERS.find((known) => known === search.get("role")) ?? ""}
        onChange={(event) => change("role", event.currentTarget.value)}
        data={[
          { value: "", label: t("meetingFilters.anyRole") },
          ...ROLE_FILTERS.map((value) => ({ value, label: t(`meetingFilters.roles.${value}`) })),
        ]}
      />
      <SegmentedControl
        aria-label={t("dashboard.filter")}
        value={readFilter(search.get("status"))}
        onChange={(value) => change("status", value === "all" ? "" : value)}
        data={FILTERS.map((value) => ({ value, label: t(`dashboard.filters.${value}`) }))}
      />
    </search>
  );
}
