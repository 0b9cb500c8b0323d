// The time zone of a meeting: the browser's, unless somebody chooses another one.
import { Select, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { formatLocale } from "../when.ts";
import { allZones, browserZone, instantIn, type LocalTime, zoneNames } from "./zone.ts";

/** At most so many are listed at once; typing finds the others. */
const LISTED = 50;

interface ZoneFieldProps {
  zone: string;
  /** What clocks there show at the start; empty for none. */
  start: LocalTime;
  onChange: (zone: string) => void;
  error: string | null;
}

export function ZoneField({ zone, start, onChange, error }: ZoneFieldProps) {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  const own = browserZone();
  // The clocks of today: names and offsets are for finding a place.
  const [now] = useState(() => Date.now());
  const zones = useMemo(() => {
    return [...new Set([own, zone, ...allZones()])].map((value) => {
      const { place, offset, name } = zoneNames(value, language, now);
      return {
        value,
        label: `${place} (${offset})`,
        words: `${place} ${offset} ${name} ${value}`.toLowerCase(),
      };
    });
  }, [language, now, own, zone]);
  const words = useMemo(() => new Map(zones.map((each) => [each.value, each.words])), [zones]);
  const at = start === "" ? Number.NaN : instantIn(zone, start);
  return (
    <div>
      <Select
        label={t("zone.label")}
        name="time_zone"
        searchable
        allowDeselect={false}
        limit={LISTED}
        data={zones.map(({ value, label }) => ({ value, label }))}
        value={zone}
        onChange={(value) => {
          if (value !== null) onChange(value);
        }}
        nothingFoundMessage={t("zone.none")}
        maxDropdownHeight={260}
        filter={({ options, search }) => {
          const wanted = search.trim().toLowerCase();
          const all = options.filter((option) => "value" in option);
          // What is chosen stands in the field, and is no search.
          if (all.some(({ label }) => label.toLowerCase() === wanted)) return all;
          return all.filter(({ value }) =>
            wanted.split(/\s+/).every((word) => words.get(value)?.includes(word)),
          );
        }}
        onFocus={(event) => event.currentTarget.select()}
        error={error}
        maw={340}
      />
      {zone !== own && !Number.isNaN(at) ? (
        <Text size="sm" c="dimmed" mt={4} data-testid="own-time">
          {t("zone.own", {
            time: new Intl.DateTimeFormat(formatLocale(language), {
              weekday: "short",
              day: "numeric",
              month: "short",
              hour: "2-digit",
              minute: "2-digit",
            }).format(at),
          })}
        </Text>
      ) : null}
    </div>
  );
}
