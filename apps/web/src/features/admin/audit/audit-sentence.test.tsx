// Every action of the audit log has a sentence in both languages, with links to whom it names.
import type { AuditEntry } from "@open-meeting/client";
import { cleanup } from "@testing-library/react";
import i18next from "i18next";
import { beforeAll, describe, expect, it } from "vitest";
import { LANGUAGES, setLanguage } from "../../../app/i18n.ts";
import { renderPage, startPage } from "../../../test/render.tsx";
import { ACTIONS, auditDetails, auditSentence, END_REASONS } from "./audit-sentence.ts";
import { AuditSentence } from "./AuditSentence.tsx";

const ADMIN = { id: "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a01", username: "boss" };
const ANN = { id: "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a02", username: "ann" };

function entry(action: string, details: object = {}, actor: AuditEntry["actor"] = ADMIN): AuditEntry {
  const known = { id: "e", at: "2026-11-20T10:00:00Z", action, actor, subject: ANN };
  return { ...known, details };
}

/** All that the server records, in every form it takes. */
const ENTRIES: AuditEntry[] = [
  entry("user.registered", { username: "ann" }, ANN),
  entry("user.email-verified", {}, ANN),
  entry("user.password-reset-requested", {}, null),
  entry("user.password-changed", { means: "old-password" }, ANN),
  entry("user.password-changed", { means: "mailed-link" }, ANN),
  entry("user.banned", { reason: "spam", until: null }),
  entry("user.banned", { reason: "spam", until: "2026-12-01T10:00:00Z" }),
  entry("user.unbanned"),
  entry("user.role-changed", { from: "user", to: "admin" }),
  entry("user.role-changed", { from: "admin", to: "user" }),
  entry("user.role-changed", { from: "user", to: "admin" }, null),
  entry("user.role-changed", { from: "admin", to: "user" }, null),
  entry("user.closing", { purge_at: "2026-12-04T10:00:00Z" }, ANN),
  entry("user.reopened", {}, ANN),
  entry("user.deleted", {}, null),
  entry("session.started", { session_id: "s" }, ANN),
  entry("session.refused", { reason: "wrong-password", address: "192.0.2.1" }, null),
  entry("session.refused", { reason: "banned", address: "192.0.2.1" }, null),
  ...END_REASONS.map((reason) => entry("session.ended", { session_id: "s", reason }, ANN)),
];

beforeAll(startPage);

function textOf(shown: AuditEntry): { text: string; links: (string | null)[] } {
  const container = renderPage(
    <p data-testid="sentence">
      <AuditSentence entry={shown} />
    </p>,
  );
  const sentence = container.querySelector("[data-testid=sentence]");
  const links = [...(sentence?.querySelectorAll("a") ?? [])].map((link) => link.getAttribute("href"));
  cleanup();
  return { text: sentence?.textContent ?? "", links };
}

describe("sentences", () => {
  it("are tested for every action", () => {
    expect(new Set(ENTRIES.map(({ action }) => action))).toEqual(new Set(ACTIONS));
  });

  it.each(LANGUAGES.map(({ code }) => code))(
    "exist in %s for every entry, each another one",
    async (language) => {
      await setLanguage(language);
      const texts = ENTRIES.map((each) => {
        const { text, links } = textOf(each);
        expect(text, each.action).toContain("ann");
        expect(text, each.action).not.toMatch(/[{}<>]|audit\.|user\.|session\./);
        expect(links, each.action).toContain(`/admin/users/${ANN.id}`);
        if (each.actor === ADMIN) expect(links, each.action).toContain(`/admin/users/${ADMIN.id}`);
        return text;
      });
      expect(new Set(texts).size).toBe(ENTRIES.length);
      for (const action of ACTIONS) {
        const name = i18next.t(`audit.name.${action}`);
        expect(name, action).not.toMatch(/audit\./);
      }
    },
  );

  it("read like this", async () => {
    await setLanguage("en");
    expect(textOf(entry("user.banned", { reason: "spam", until: null })).text).toBe(
      "boss banned ann for ever",
    );
    expect(textOf(entry("user.role-changed", { to: "admin" }, null)).text).toBe(
      "ann was made an administrator at the server itself",
    );
    await setLanguage("zh-CN");
    expect(textOf(entry("user.unbanned")).text).toBe("boss 解除了对 ann 的封禁");
  });

  it("name what is not known by its name", async () => {
    await setLanguage("en");
    expect(textOf(entry("user.teleported")).text).toBe("user.teleported on ann");
    expect(auditSentence(entry("session.ended", { reason: "new" }), "en").key).toBe("unknown");
    expect(auditSentence(entry("user.closing", { purge_at: "soon" }), "en").key).toBe("unknown");
  });

  it("tell of sign-ins that were refused, also to no account", async () => {
    await setLanguage("en");
    const refused = entry("session.refused", { reason: "unknown-account", address: "192.0.2.1" }, null);
    expect(textOf({ ...refused, subject: null }).text).toBe(
      "Somebody tried to sign in to an account that does not exist",
    );
  });

  it("do without names that are gone", async () => {
    await setLanguage("en");
    const nameless = { ...entry("user.deleted", {}, null), subject: { id: ANN.id, username: null } };
    expect(textOf(nameless).text).toBe("The account 0190a1b2 was deleted for good");
    expect(textOf({ ...entry("user.unbanned"), subject: null }).text).toBe("boss lifted the ban on somebody");
  });
});

it("details are names and texts, whatever they are", () => {
  expect(auditDetails({ reason: "spam", until: null, count: 3, more: { a: 1 } })).toEqual([
    ["reason", "spam"],
    ["count", "3"],
    ["more", '{"a":1}'],
  ]);
  expect(auditDetails(["x"])).toEqual([]);
  expect(auditDetails(null)).toEqual([]);
});
