// Why a delivery did not arrive, in words.
import type { WebhookDelivery } from "@open-meeting/client";
import type { TFunction } from "i18next";
import { DELIVERY_PROBLEMS } from "./webhook-form.ts";

/** A sentence for the last problem of a delivery; empty when there is none. */
export function problemText(
  t: TFunction,
  delivery: Pick<WebhookDelivery, "error" | "response_status">,
): string {
  const { error, response_status } = delivery;
  if (error === null) return "";
  const known = DELIVERY_PROBLEMS.find((each) => each === error);
  return known ? t(`webhooks.problem.${known}`, { status: response_status ?? "" }) : error;
}
