// Turns failures into sentences in the language of the page.
import { ApiError } from "@open-meeting/client";
import type { TFunction } from "i18next";

/** A sentence for a failure: by its stable type, or a general one. */
export function errorText(t: TFunction, error: unknown): string {
  if (!(error instanceof ApiError)) return t("error.internal");
  return (
    codeText(t, "error", error.type) ??
    codeText(t, "error", BY_STATUS[error.status] ?? "") ??
    t("error.internal")
  );
}

/** What a failure of a type that this page does not know is most like. */
const BY_STATUS: Partial<Record<number, string>> = {
  413: "request.too_large",
  415: "request.unsupported_media_type",
  422: "request.invalid",
};

/** Fields whose problems are told in the words of another. */
const LIKE: Partial<Record<string, string>> = { new_password: "password" };

/** Sentences for the fields of a form, by field name. */
export function fieldErrors(t: TFunction, error: unknown): Record<string, string> {
  if (!(error instanceof ApiError)) return {};
  const texts: Record<string, string> = {};
  for (const { field, code, message } of error.details) {
    const name = field.split(/[.[]/)[0] ?? field;
    texts[name] ??=
      codeText(t, "fieldError", `${LIKE[name] ?? name}.${code}`) ??
      codeText(t, "fieldError", code) ??
      message;
  }
  if (error.type === "user.username_taken") texts["username"] ??= t("error.user.username_taken");
  if (error.type === "user.email_taken") texts["email"] ??= t("error.user.email_taken");
  if (error.type === "account.wrong_password") {
    texts["old_password"] ??= t("error.account.wrong_password");
    texts["password"] ??= t("error.account.wrong_password");
  }
  return texts;
}

function codeText(t: TFunction, group: string, code: string): string | null {
  // Codes come from the server, so the key cannot be checked by the compiler.
  const text = (t as unknown as (key: string, options: object) => unknown)(`${group}.${code}`, {
    defaultValue: "",
  });
  return typeof text === "string" && text !== "" ? text : null;
}
