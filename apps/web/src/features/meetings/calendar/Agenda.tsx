// What takes place, day by day.
import { Badge, Button, Text } from "@mantine/core";
import type { Occurrence } from "@open-meeting/client";
import { IconRepeat } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { CopyLinkIcon } from "../../../components/CopyLink.tsx";
import { MeetingMenu } from "../MeetingMenu.tsx";
import { formatLocale } from "../when.ts";
import classes from "./Calendar.module.css";
import { byDay, type Day, dayOf, startOf } from "./days.ts";
import { timeRange } from "./time-range.ts";

export function Agenda({ occurrences }: { occurrences: readonly Occurrence[] }) {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const today = dayOf(new Date());
  return (
    <div className={classes.agenda}>
      {[...byDay(occurrences)].map(([day, items]) => (
        <section
          key={day}
          className={classes.agendaDay}
          data-today={day === today || undefined}
          data-day={day}
        >
          <h3 className={classes.dayName}>
            <DayName day={day} locale={locale} />
            {day === today ? <span className={classes.todayWord}>{t("calendar.today")}</span> : null}
          </h3>
          <ul className={classes.items}>
            {items.map((occurrence) => (
              <AgendaItem
                key={`${occurrence.meeting_id} ${occurrence.start_time}`}
                occurrence={occurrence}
                locale={locale}
              />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function DayName({ day, locale }: { day: Day; locale: string }) {
  const date = startOf(day);
  return (
    <span>
      <strong>{new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" }).format(date)}</strong>{" "}
      <Text span size="sm" c="dimmed">
        {new Intl.DateTimeFormat(locale, { weekday: "long" }).format(date)}
      </Text>
    </span>
  );
}

function AgendaItem({ occurrence, locale }: { occurrence: Occurrence; locale: string }) {
  const { t } = useTranslation();
  const { title, code, status } = occurrence;
  const over = status === "ended" || status === "cancelled";
  return (
    <li className={classes.item} data-over={over || undefined} data-testid="occurrence">
      <div className={classes.itemWhat}>
        <Text fw={600} className={classes.itemTitle}>
          {title}
        </Text>
        <Text size="sm" c="dimmed" className={classes.itemFacts}>
          <time dateTime={occurrence.start_time}>{timeRange(occurrence, locale)}</time>
          {occurrence.recurring ? (
            <span className={classes.recurring}>
              <IconRepeat size={14} aria-hidden /> {t("calendar.recurring")}
            </span>
          ) : null}
        </Text>
      </div>
      {status === "live" || over ? (
        <Badge color={status === "live" ? "teal" : "gray"} variant="light">
          {t(`meeting.status.${status}`)}
        </Badge>
      ) : null}
      {over ? null : (
        <div className={classes.itemActions}>
          {occurrence.is_host ? (
            <MeetingMenu
              meeting={{ id: occurrence.meeting_id, code, title, status }}
              skip={occurrence.recurring ? occurrence.start_time : null}
            />
          ) : null}
          <CopyLinkIcon code={code} title={title} />
          <Button
            component={Link}
            to={`/m/${code}`}
            size="sm"
            variant={status === "live" ? "light" : "default"}
            aria-label={t("dashboard.joinOf", { title })}
          >
            {t("dashboard.join")}
          </Button>
        </div>
      )}
    </li>
  );
}
