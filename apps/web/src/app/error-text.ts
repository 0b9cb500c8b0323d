// Turns failures into sentences in the language of the page.
import { ApiError } from "@open-meeting/client";
import type { TFunction } from "i18next";

/** A sentence for a failure: by its stable type, or a general one. */
export function errorText(t: TFunction, error: unknown): string {
  if (!(error instanceof ApiError)) return t("error.internal");
  return codeText(t, "error", error.type) ?? t("error.internal");
}

/** Sentences for the fields of a form, by field name. */
export function fieldErrors(t: TFunction, error: unknown): Record<string, string> {
  if (!(error instanceof ApiError)) return {};
  const texts: Record<string, string> = {};
  for (const { field, code, message } of error.details) {
    const name = field.split(/[.[]/)[0] ?? field;
    texts[name] ??=
      codeText(t, "fieldError", `${name}.${code}`) ?? codeText(t, "fieldError", code) ?? message;
  }
  if (error.type === "user.username_taken") texts["username"] ??= t("error.user.username_taken");
  if (error.type === "user.email_taken") texts["email"] ??= t("error.user.email_taken");
  return texts;
}

function codeText(t: TFunction, group: string, code: string): string | null {
  // Codes come from the server, so the key cannot be checked by the compiler.
  const text = (t as unknown as (key: string, options: object) => unknown)(`${group}.${code}`, {
    defaultValue: "",
  });
  return typeof text === "string" && text !== "" ? text : null;
}
