// The fields of a meeting, new or to be changed.
import { Button, Group, NumberInput, Paper, Stack, Textarea, TextInput } from "@mantine/core";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { fieldErrors } from "../../app/error-text.ts";
import { FormError } from "../../components/FormError.tsx";
import { checkForm, movedEnd, type MeetingForm } from "./meeting-form.ts";
import { checkRepeat, movedDays } from "./recurrence/repeat-form.ts";
import { RepeatFields } from "./recurrence/RepeatFields.tsx";
import { ZoneField } from "./recurrence/ZoneField.tsx";
import { MeetingOptions } from "./MeetingOptions.tsx";
import classes from "./NewMeetingPage.module.css";

const ORDER: ("label" | "input" | "description" | "error")[] = ["label", "input", "description", "error"];
const SHOWN = [
  "title",
  "description",
  "start_time",
  "end_time",
  "time_zone",
  "recurrence",
  "max_participants",
  "passcode",
];

interface MeetingFieldsProps {
  initial: MeetingForm;
  submitLabel: string;
  pending: boolean;
  error: unknown;
  onSubmit: (form: MeetingForm) => void;
}

export function MeetingFields({ initial, submitLabel, pending, error, onSubmit }: MeetingFieldsProps) {
  const { t } = useTranslation();
  const [form, setForm] = useState(initial);
  const [problems, setProblems] = useState<ReturnType<typeof checkForm>>({});

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const found = checkForm(form);
    setProblems(found);
    if (Object.keys(found).length === 0) onSubmit(form);
  };
  const fromServer = fieldErrors(t, error);
  const errorOf = (field: keyof typeof problems) => {
    const problem = problems[field];
    return problem && problem !== "recurrence" ? t(`fieldError.${problem}`) : fromServer[field];
  };
  const change = (part: Partial<typeof form>) => setForm((present) => ({ ...present, ...part }));
  const moveStart = (start: string) =>
    setForm((present) => ({
      ...present,
      start,
      end: movedEnd(present, start),
      repeat: { ...present.repeat, days: movedDays(present.repeat.days, present.start, start) },
    }));

  return (
    <Paper withBorder radius="lg" className={classes.card}>
      <form onSubmit={submit} noValidate>
        <Stack>
          {SHOWN.some((field) => field in fromServer) ? null : <FormError error={error} />}
          <TextInput
            label={t("schedule.name")}
            name="title"
            maxLength={200}
            required
            withAsterisk={false}
            value={form.title}
            onChange={(event) => change({ title: event.currentTarget.value })}
            error={errorOf("title")}
          />
          <Textarea
            label={t("schedule.description")}
            description={t("schedule.descriptionHelp")}
            inputWrapperOrder={ORDER}
            name="description"
            maxLength={5000}
            autosize
            minRows={3}
            maxRows={8}
            value={form.description}
            onChange={(event) => change({ description: event.currentTarget.value })}
            error={errorOf("description")}
          />
          <div className={classes.times}>
            <TextInput
              type="datetime-local"
              label={t("schedule.start")}
              name="start_time"
              value={form.start}
              onChange={(event) => moveStart(event.currentTarget.value)}
              error={errorOf("start_time")}
            />
            <TextInput
              type="datetime-local"
              label={t("schedule.end")}
              name="end_time"
              value={form.end}
              onChange={(event) => change({ end: event.currentTarget.value })}
              error={errorOf("end_time")}
            />
          </div>
          <ZoneField
            zone={form.zone}
            start={form.start}
            onChange={(zone) => change({ zone })}
            error={errorOf("time_zone") ?? null}
          />
          <RepeatFields
            form={form.repeat}
            start={form.start}
            onChange={(part) =>
              setForm((present) => ({ ...present, repeat: { ...present.repeat, ...part } }))
            }
            onStart={moveStart}
            // Said when it was tried to send it, and as long as it is so.
            problem={problems.recurrence ? checkRepeat(form.repeat, form.start) : null}
            error={fromServer["recurrence"] ?? null}
          />
          <NumberInput
            label={t("schedule.maxParticipants")}
            description={t("schedule.maxParticipantsHelp")}
            inputWrapperOrder={ORDER}
            name="max_participants"
            allowDecimal={false}
            allowNegative={false}
            value={form.maxParticipants}
            onChange={(value) => change({ maxParticipants: value })}
            error={errorOf("max_participants")}
            className={classes.number ?? ""}
          />
          <MeetingOptions form={form} onChange={change} error={fromServer["passcode"] ?? null} />
          <Group justify="flex-end" mt="sm">
            <Button variant="default" component={Link} to="/">
              {t("common.cancel")}
            </Button>
            <Button type="submit" loading={pending}>
              {submitLabel}
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}
