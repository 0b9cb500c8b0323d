// A time: relative within a day, exact on hover.
import { Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { exactly, formatLocale, when } from "../features/meetings/when.ts";
import { useNow } from "../hooks/use-now.ts";

export function When({ time }: { time: string }) {
  const { i18n } = useTranslation();
  const now = useNow(30_000);
  const locale = formatLocale(i18n.language);
  return (
    <Tooltip label={exactly(time, locale, "long")}>
      <time dateTime={time}>{when(time, locale, now)}</time>
    </Tooltip>
  );
}
