// What events are called. A newer server may know more of them than this page.
import type { TFunction } from "i18next";
import { EVENTS } from "./webhook-form.ts";

/** The name of an event type; the type itself when it has none. */
export function eventName(t: TFunction, event: string): string {
  if (event === "webhook.test") return t("webhooks.event.webhook.test");
  const known = EVENTS.find((each) => each === event);
  return known ? t(`webhooks.event.${known}`) : event;
}
