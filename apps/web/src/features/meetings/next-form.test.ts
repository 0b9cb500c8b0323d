// The next meeting is like the one before, at a time that is still to come.
import type { Meeting } from "@open-meeting/client";
import { expect, it } from "vitest";
import { DEFAULT_SETTINGS } from "./meeting-form.ts";
import { nextForm } from "./next-form.ts";
import { toLocal } from "./when.ts";

const HELD = {
  title: "Retrospective",
  description: null,
  max_participants: 12,
  settings: { ...DEFAULT_SETTINGS, lobby: "everyone" },
  start_time: new Date(2026, 10, 20, 14, 0).toISOString(),
  end_time: new Date(2026, 10, 20, 14, 45).toISOString(),
  has_passcode: true,
} as Meeting;

it("is a week later, at the same time of day, as long and with the same settings", () => {
  const form = nextForm(HELD, new Date(2026, 10, 20, 15, 0));
  expect(form).toMatchObject({
    title: "Retrospective",
    maxParticipants: 12,
    settings: { lobby: "everyone" },
    start: "2026-11-27T14:00",
    end: "2026-11-27T14:45",
    passcode: "",
    keepPasscode: false,
  });
});

it("is the next week that is still to come", () => {
  expect(nextForm(HELD, new Date(2026, 11, 4, 14, 0)).start).toBe("2026-12-11T14:00");
});

it("without a plan is at the next full hour", () => {
  const now = new Date(2026, 10, 20, 15, 20);
  const form = nextForm({ ...HELD, start_time: null, end_time: null }, now);
  expect(form.start).toBe(toLocal(new Date(2026, 10, 20, 16, 0)));
});
