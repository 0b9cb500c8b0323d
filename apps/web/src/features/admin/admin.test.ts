// The small rules behind the pages of administration.
import { describe, expect, it } from "vitest";
import { readAuditFilters } from "./audit/use-audit-log.ts";
import { checkBan, emptyBan, toBan } from "./user/ban-form.ts";
import { withFilter } from "../../hooks/use-address-filters.ts";
import { readFilters } from "./users/user-filters.ts";

describe("filters in the address", () => {
  it.each([
    ["query=ann&status=banned&role=admin", { query: "ann", status: "banned", role: "admin" }],
    ["query=%20&status=none&role=", {}],
    [`query=${"x".repeat(200)}`, { query: "x".repeat(100) }],
    ["", {}],
  ])("of accounts: %s", (search, filters) => {
    expect(readFilters(new URLSearchParams(search))).toEqual(filters);
  });

  it.each([
    [
      "user_id=0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b&action=user.banned",
      { user_id: "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", action: "user.banned" },
    ],
    ["user_id=me&action=user.nothing", {}],
  ])("of the audit log: %s", (search, filters) => {
    expect(readAuditFilters(new URLSearchParams(search))).toEqual(filters);
  });

  it("change one at a time", () => {
    const search = new URLSearchParams("query=ann&status=banned");
    expect(withFilter(search, "status", "").toString()).toBe("query=ann");
    expect(withFilter(search, "role", "admin").toString()).toBe("query=ann&status=banned&role=admin");
  });
});

describe("a ban", () => {
  const now = new Date(2026, 10, 20, 14, 30);

  it("is for ever unless an end is wanted", () => {
    const form = { ...emptyBan(now), reason: " spam " };
    expect(form.until).toBe("2026-11-27T14:30");
    expect(checkBan(form, now)).toEqual({});
    expect(toBan(form)).toEqual({ reason: "spam" });
    expect(toBan({ ...form, forever: false })).toEqual({
      reason: "spam",
      until: new Date(2026, 10, 27, 14, 30).toISOString(),
    });
  });

  it("needs a reason, and an end in the future", () => {
    const form = { ...emptyBan(now), forever: false };
    expect(checkBan({ ...form, until: "" }, now)).toEqual({ reason: "required", until: "required" });
    expect(checkBan({ ...form, reason: "x", until: "2026-11-20T14:30" }, now)).toEqual({
      until: "in_the_past",
    });
  });
});
