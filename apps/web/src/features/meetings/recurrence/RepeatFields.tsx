// How a meeting is repeated: the choice, what it needs, the rule in words, and the next dates.
import { Button, Chip, Group, NativeSelect, NumberInput, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { formatLocale } from "../when.ts";
import { monthDays, type RepeatForm, type RepeatProblem, REPEATS, ruleOf } from "./repeat-form.ts";
import classes from "./RepeatFields.module.css";
import { FREQUENCIES, isSendable, movedStart, nextStarts, sortDays, startsInRule, WEEKDAYS } from "./rule.ts";
import { dateName, ruleSentence, weekdayName } from "./sentence.ts";
import type { LocalTime } from "./zone.ts";

/** So many dates are shown. */
const NEXT = 5;

interface RepeatFieldsProps {
  form: RepeatForm;
  /** What clocks show at the first start; empty for none. */
  start: LocalTime;
  onChange: (part: Partial<RepeatForm>) => void;
  onStart: (start: LocalTime) => void;
  problem: RepeatProblem | null;
  /** What the server says about the rule. */
  error: string | null;
}

export function RepeatFields({ form, start, onChange, onStart, problem, error }: RepeatFieldsProps) {
  const { t } = useTranslation();
  const weekly = form.kind === "weekly" || (form.kind === "custom" && form.frequency === "weekly");
  const monthly = form.kind === "monthly" || (form.kind === "custom" && form.frequency === "monthly");
  return (
    <Stack gap="md">
      <NativeSelect
        label={t("repeat.label")}
        name="recurrence"
        className={classes.narrow ?? ""}
        value={form.kind}
        disabled={start === ""}
        {...(start === "" ? { description: t("repeat.needsStart") } : {})}
        inputWrapperOrder={["label", "input", "description", "error"]}
        onChange={({ currentTarget: { value } }) =>
          onChange({ kind: REPEATS.find((known) => known === value) ?? "never" })
        }
        data={REPEATS.filter((kind) => kind !== "kept" || form.kind === "kept").map((value) => ({
          value,
          label: t(`repeat.kind.${value}`),
        }))}
        error={form.kind === "kept" || form.kind === "never" ? error : null}
      />
      {form.kind === "never" || start === "" ? null : (
        <div className={classes.details}>
          {form.kind === "custom" ? <Interval form={form} onChange={onChange} /> : null}
          {weekly ? <Days form={form} onChange={onChange} missing={problem === "required"} /> : null}
          {monthly ? <MonthDays form={form} start={start} onChange={onChange} /> : null}
          {form.kind === "kept" ? (
            <Text size="sm">{t("repeat.keptText", { rule: form.written ?? "" })}</Text>
          ) : (
            <>
              <Ends form={form} start={start} onChange={onChange} problem={problem} />
              <Summary form={form} start={start} onStart={onStart} problem={problem} error={error} />
            </>
          )}
        </div>
      )}
    </Stack>
  );
}

type PartProps = Pick<RepeatFieldsProps, "form" | "onChange">;

function Interval({ form, onChange }: PartProps) {
  const { t } = useTranslation();
  return (
    <Group align="flex-end" gap="sm">
      <NumberInput
        label={t("repeat.interval")}
        name="interval"
        w={110}
        min={1}
        max={1000}
        allowDecimal={false}
        allowNegative={false}
        clampBehavior="none"
        value={form.interval}
        onChange={(interval) => onChange({ interval })}
      />
      <NativeSelect
        aria-label={t("repeat.unit")}
        value={form.frequency}
        onChange={({ currentTarget: { value } }) =>
          onChange({ frequency: FREQUENCIES.find((known) => known === value) ?? "weekly" })
        }
        data={FREQUENCIES.map((value) => ({ value, label: t(`repeat.units.${value}`) }))}
      />
    </Group>
  );
}

function Days({ form, onChange, missing }: PartProps & { missing: boolean }) {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  return (
    <fieldset className={classes.days}>
      <legend>{t("repeat.days")}</legend>
      <Chip.Group multiple value={[...form.days]} onChange={(days) => onChange({ days: sortDays(days) })}>
        <Group gap={6}>
          {WEEKDAYS.map((day) => (
            <Chip key={day} value={day} variant="light" aria-label={weekdayName(day, locale)}>
              {weekdayName(day, locale, "short")}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      {missing && form.days.length === 0 ? (
        <Text size="sm" c="var(--mantine-color-error)" role="alert" mt={6}>
          {t("repeat.daysMissing")}
        </Text>
      ) : null}
    </fieldset>
  );
}

function MonthDays({ form, start, onChange }: PartProps & { start: LocalTime }) {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const rule = ruleOf(form, start);
  if (rule === null) return null;
  const offers = monthDays(start);
  return (
    <Radio.Group
      label={t("repeat.monthDay")}
      value={rule.monthDay}
      onChange={(value) => onChange({ monthDay: offers.find((known) => known === value) ?? "number" })}
    >
      <Stack gap="xs" mt={6}>
        {offers.map((monthDay) => (
          <Radio
            key={monthDay}
            value={monthDay}
            label={ruleSentence(t, { ...rule, interval: 1, monthDay, end: { type: "never" } }, start, locale)}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}

const ENDS = ["never", "on", "after"] as const;

interface EndsProps extends PartProps {
  start: LocalTime;
  problem: RepeatProblem | null;
}

function Ends({ form, start, onChange, problem }: EndsProps) {
  const { t } = useTranslation();
  return (
    <Group align="flex-end" gap="sm">
      <NativeSelect
        label={t("repeat.ends")}
        value={form.end}
        onChange={({ currentTarget: { value } }) =>
          onChange({ end: ENDS.find((known) => known === value) ?? "never" })
        }
        data={ENDS.map((value) => ({ value, label: t(`repeat.end.${value}`) }))}
      />
      {form.end === "on" ? (
        <TextInput
          type="date"
          aria-label={t("repeat.until")}
          name="until"
          min={start.slice(0, 10)}
          value={form.until}
          onChange={(event) => onChange({ until: event.currentTarget.value })}
          error={problem !== null && (form.until === "" || problem === "not_after_start")}
        />
      ) : null}
      {form.end === "after" ? (
        <NumberInput
          aria-label={t("repeat.count")}
          name="count"
          w={120}
          min={1}
          max={1000}
          allowDecimal={false}
          allowNegative={false}
          clampBehavior="none"
          value={form.count}
          onChange={(count) => onChange({ count })}
          suffix={t("repeat.countSuffix")}
        />
      ) : null}
    </Group>
  );
}

interface SummaryProps {
  form: RepeatForm;
  start: LocalTime;
  onStart: (start: LocalTime) => void;
  problem: RepeatProblem | null;
  error: string | null;
}

/** The rule in words, and the next dates; or why there are none. */
function Summary({ form, start, onStart, problem, error }: SummaryProps) {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const rule = ruleOf(form, start);
  if (rule === null) return null;
  const wrong = problem ? t(`fieldError.recurrence.${problem}`) : error;
  const date = (local: LocalTime): string =>
    dateName(local, locale, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
  const next = nextStarts(rule, start, NEXT + 1);
  const fits = startsInRule(rule, start);
  return (
    <div className={classes.summary}>
      <div aria-live="polite">
        {isSendable(rule) ? <Text fw={600}>{ruleSentence(t, rule, start, locale)}</Text> : null}
        {next.length > 0 ? (
          <Text size="sm" c="dimmed" data-testid="next-dates">
            {t("repeat.next")} {next.slice(0, NEXT).map(date).join(t("repeat.separator"))}
            {next.length > NEXT ? "…" : null}
          </Text>
        ) : null}
      </div>
      {isSendable(rule) && !fits ? (
        <Group gap="sm" mt={6}>
          <Text size="sm" {...(wrong ? { c: "var(--mantine-color-error)", role: "alert" } : {})}>
            {wrong ?? t("repeat.mismatch", { date: date(start) })}
          </Text>
          <Button variant="default" size="xs" onClick={() => onStart(movedStart(rule, start))}>
            {t("repeat.moveStart", { date: date(movedStart(rule, start)) })}
          </Button>
        </Group>
      ) : null}
      {wrong && (fits || !isSendable(rule)) ? (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {wrong}
        </Text>
      ) : null}
    </div>
  );
}
