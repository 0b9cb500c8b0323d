// The small rules behind signing in and mailed links.
import { describe, expect, it } from "vitest";
import { avatarSource } from "../../components/person.ts";
import { passwordRules } from "../../components/password-rules.ts";
import { readToken } from "./link-token.ts";
import { noticeOf, readNotice } from "./login-notice.ts";

describe("why somebody is at the login page", () => {
  const search = (session: Parameters<typeof noticeOf>[0]) =>
    `?${new URLSearchParams(noticeOf(session)).toString()}`;
  const ended = (cause: string) => search({ status: "signed-out", reason: "ended", cause });

  it.each([
    [ended("auth.banned"), { kind: "banned" }],
    [ended("auth.token_reused"), { kind: "reused" }],
    [ended("auth.session_ended"), { kind: "ended" }],
    [
      search({ status: "signed-out", reason: "closed", purgeAt: "2026-12-04T10:00:00Z" }),
      { kind: "closed", purgeAt: "2026-12-04T10:00:00Z" },
    ],
    [search({ status: "signed-out", reason: "left" }), null],
    [search({ status: "signed-out", reason: "initial" }), null],
    ["?reset=1", { kind: "reset" }],
    ["?ended=1", { kind: "ended" }],
    ["?closed=whenever", null],
    ["", null],
  ])("%s", (address, notice) => {
    expect(readNotice(address)).toEqual(notice);
  });
});

it.each([
  ["#token=abc-_1", "abc-_1"],
  ["#token=", null],
  ["#other=abc", null],
  ["", null],
])("the token in %s is %s", (hash, token) => {
  expect(readToken(hash)).toBe(token);
});

describe("the rules for passwords", () => {
  const met = (password: string, owner?: { username: string; email: string }) =>
    passwordRules(password, owner).map((rule) => rule.met);
  const ada = { username: "ada.lovelace", email: "ada@example.org" };

  it("count characters, not bytes", () => {
    expect(met("1234567", ada)[0]).toBe(false);
    expect(met("🐎🐎🐎🐎🐎🐎🐎", ada)[0]).toBe(false);
    expect(met("🐎🐎🐎🐎🐎🐎🐎🐎", ada)[0]).toBe(true);
    expect(met("x".repeat(129), ada)[0]).toBe(false);
  });

  it("compare with the names, if they are known", () => {
    expect(met("Ada.Lovelace", ada)[1]).toBe(false);
    expect(met("ADA@example.org", ada)[1]).toBe(false);
    expect(met("", ada)[1]).toBe(false);
    expect(met("something else", ada)[1]).toBe(true);
    expect(met("something else")[1]).toBeNull();
  });
});

it.each([
  [32, 64],
  [36, 128],
  [64, 128],
  [96, 512],
])("a picture of %s pixels is sharp from a source of %s", (edge, source) => {
  expect(avatarSource("/api/v1/avatars/a", edge)).toBe(`/api/v1/avatars/a?size=${source}`);
});
