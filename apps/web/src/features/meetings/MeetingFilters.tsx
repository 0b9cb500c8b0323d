// Search and filters over the list of meetings.
import { NativeSelect, SegmentedControl, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useAddressFilters } from "../../hooks/use-address-filters.ts";
import classes from "./MeetingFilters.module.css";
import { FILTERS, MAX_QUERY, readFilter, ROLE_FILTERS } from "./use-meetings.ts";

export function MeetingFilters() {
  const { t } = useTranslation();
  const { search, change, text, setText, searchNow } = useAddressFilters("q");
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
          if (event.key === "Enter") searchNow();
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
