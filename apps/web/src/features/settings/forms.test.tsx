// The forms of the settings: what the server says of a field stands at the field, and what was typed stays.
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import type { Session } from "@open-meeting/client";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { api } from "../../app/api.ts";
import { ANN, refusal, renderPage, renderSignedIn, startPage } from "../../test/render.tsx";
import { ResetPasswordPage } from "../auth/ResetPasswordPage.tsx";
import { AccountPage } from "./account/AccountPage.tsx";
import { EmailCard } from "./profile/EmailCard.tsx";
import { ProfileForm } from "./profile/ProfileForm.tsx";
import { PasswordForm } from "./security/PasswordForm.tsx";
import { SessionsCard } from "./security/SessionsCard.tsx";

beforeAll(startPage);
beforeEach(() => {
  vi.restoreAllMocks();
});

const field = (name: string): HTMLInputElement => {
  const found = document.querySelector<HTMLInputElement>(`[name=${name}]`);
  if (!found) throw new Error(`no field ${name}`);
  return found;
};
const type = (name: string, value: string) => fireEvent.change(field(name), { target: { value } });
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));

/** The text that a field names as its error. */
function errorOf(name: string): string {
  const ids = field(name).getAttribute("aria-describedby")?.split(" ") ?? [];
  return ids.map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
}

describe("the profile", () => {
  it("is sent trimmed, and says that it is saved", async () => {
    const update = vi
      .spyOn(api.account, "updateProfile")
      .mockResolvedValue({ ...ANN, nickname: "Countess", language: "en" });
    renderSignedIn(<ProfileForm />);
    type("nickname", " Countess ");
    press("Save");
    await waitFor(() => expect(screen.getByRole("status").textContent).toBe("Saved"));
    expect(update).toHaveBeenCalledWith({ nickname: "Countess", language: "en" });
  });

  it("shows at the field what the server says of it", async () => {
    vi.spyOn(api.account, "updateProfile").mockRejectedValue(
      refusal(422, "request.invalid", [{ field: "nickname", code: "forbidden_character" }]),
    );
    renderSignedIn(<ProfileForm />);
    type("nickname", "Ann\u0007");
    press("Save");
    await waitFor(() => expect(errorOf("nickname")).toContain("Some of these characters cannot be used."));
    expect(field("nickname").getAttribute("aria-invalid")).toBe("true");
    expect(field("nickname").value).toBe("Ann\u0007");
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("asks nothing of the server while the name is missing", () => {
    const update = vi.spyOn(api.account, "updateProfile");
    renderSignedIn(<ProfileForm />);
    type("nickname", "  ");
    press("Save");
    expect(errorOf("nickname")).toContain("This is needed.");
    expect(update).not.toHaveBeenCalled();
  });

  it("tells of failures with the id under which the server knows them", async () => {
    vi.spyOn(api.account, "updateProfile").mockRejectedValue(refusal(503, "service.unavailable"));
    renderSignedIn(<ProfileForm />);
    press("Save");
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("The server is busy or starting.");
    expect(alert.textContent).toContain("request-1");
  });
});

describe("the e-mail address", () => {
  it("can be proved by a mail that is sent again", async () => {
    const ask = vi.spyOn(api.account, "requestEmailVerification").mockResolvedValue();
    renderSignedIn(<EmailCard />);
    expect(screen.getByText("Not confirmed yet")).toBeTruthy();
    press("Send the mail again");
    await screen.findByText("Sent. Look into your mail.");
    expect(ask).toHaveBeenCalledOnce();
  });

  it("is read anew when it was proved elsewhere", async () => {
    vi.spyOn(api.account, "requestEmailVerification").mockRejectedValue(
      refusal(409, "account.email_verified"),
    );
    const read = vi.spyOn(api.account, "readProfile").mockImplementation(() => {
      const verified = { ...ANN, email_verified: true };
      api.session.profileChanged(verified);
      return Promise.resolve(verified);
    });
    renderSignedIn(<EmailCard />);
    press("Send the mail again");
    await screen.findByText("Confirmed");
    expect(read).toHaveBeenCalledOnce();
    expect(screen.queryByRole("button")).toBeNull();
  });
});

describe("the password", () => {
  it("shows that the present one is wrong, at its field", async () => {
    vi.spyOn(api.account, "changePassword").mockRejectedValue(refusal(403, "account.wrong_password"));
    renderSignedIn(<PasswordForm />);
    type("old_password", "wrong");
    type("new_password", "a much better one");
    press("Change the password");
    await screen.findByText("The password is wrong.");
    expect(field("old_password").getAttribute("aria-invalid")).toBe("true");
    expect(field("new_password").value).toBe("a much better one");
  });

  it("shows what the server says of the new one", async () => {
    vi.spyOn(api.account, "changePassword").mockRejectedValue(
      refusal(422, "request.invalid", [{ field: "new_password", code: "too_common" }]),
    );
    renderSignedIn(<PasswordForm />);
    type("old_password", "old");
    type("new_password", "password1");
    press("Change the password");
    await screen.findByText("This is one of the most common passwords. Choose another one.");
  });

  it("is forgotten by the page when it is changed", async () => {
    const change = vi.spyOn(api.account, "changePassword").mockResolvedValue();
    renderSignedIn(<PasswordForm />);
    type("old_password", "old");
    type("new_password", "a much better one");
    press("Change the password");
    await screen.findByText("Your password is changed. All other devices are signed out.");
    expect(change).toHaveBeenCalledWith("old", "a much better one");
    expect([field("old_password").value, field("new_password").value]).toEqual(["", ""]);
  });

  it("cannot be set without a link", () => {
    renderPage(<ResetPasswordPage />);
    expect(screen.getByRole("heading", { name: "This link does not work any more" })).toBeTruthy();
    expect(screen.getByRole("link", { name: "Ask for a new link" })).toBeTruthy();
  });
});

describe("the devices", () => {
  const session = (id: string, change: Partial<Session>): Session => ({
    id,
    current: false,
    user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
    address: "192.0.2.1",
    created_at: "2026-11-01T10:00:00Z",
    last_used_at: "2026-11-19T10:00:00Z",
    expires_at: "2026-12-19T10:00:00Z",
    ...change,
  });

  it("come with this one first, then by last use, and are signed out in two steps", async () => {
    const all = [
      session("old", { last_used_at: "2026-11-02T10:00:00Z", user_agent: "curl/8.5.0" }),
      session("recent", {}),
      session("this", { current: true, last_used_at: "2026-11-01T10:00:00Z", user_agent: null }),
    ];
    const list = vi.spyOn(api.account, "listSessions").mockResolvedValue(all);
    const end = vi.spyOn(api.account, "endSession").mockResolvedValue();
    renderSignedIn(<SessionsCard />);
    const rows = await screen.findAllByRole("listitem");
    expect(rows.map((row) => /Unknown device|Firefox on Linux|curl/.exec(row.textContent)?.[0])).toEqual([
      "Unknown device",
      "Firefox on Linux",
      "curl",
    ]);
    expect(rows[0]?.textContent).toContain("This device");
    expect(within(rows[0] as HTMLElement).queryByRole("button")).toBeNull();

    press("Sign out Firefox on Linux");
    const dialog = await screen.findByRole("dialog", { name: "Sign out Firefox on Linux?" });
    expect(end).not.toHaveBeenCalled();
    list.mockResolvedValue(all.slice(0, 1));
    fireEvent.click(within(dialog).getByRole("button", { name: "Sign out" }));
    await screen.findByText("Firefox on Linux is signed out.");
    expect(end).toHaveBeenCalledWith("recent");
    await waitFor(() => expect(screen.getAllByRole("listitem")).toHaveLength(1));
  });

  it("are all signed out, this one included, when that is certain to have happened", async () => {
    vi.spyOn(api.account, "listSessions").mockResolvedValue([
      session("this", { current: true }),
      session("other", {}),
    ]);
    const signOut = vi.spyOn(api, "signOutEverywhere").mockRejectedValueOnce(refusal(503, "unavailable"));
    renderSignedIn(<SessionsCard />);
    await screen.findAllByRole("listitem");
    press("Sign out everywhere");
    const dialog = await screen.findByRole("dialog", { name: "Sign out everywhere?" });
    const confirm = within(dialog).getByRole("button", { name: "Sign out everywhere" });
    fireEvent.click(confirm);
    await within(dialog).findByRole("alert");
    signOut.mockResolvedValue();
    fireEvent.click(confirm);
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(signOut).toHaveBeenCalledTimes(2);
  });

  it("that cannot be loaded are asked for again", async () => {
    const list = vi.spyOn(api.account, "listSessions").mockRejectedValueOnce(refusal(500, "internal"));
    renderSignedIn(<SessionsCard />);
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("request-1");
    list.mockResolvedValue([session("this", { current: true })]);
    press("Try again");
    await screen.findByText("You are signed in on this device only.");
  });
});

describe("deleting the account", () => {
  it("names it, and wants the password and a promise", async () => {
    const close = vi.spyOn(api.account, "close").mockRejectedValue(refusal(403, "account.wrong_password"));
    renderSignedIn(<AccountPage />);
    press("Delete my account");
    const dialog = await screen.findByRole("dialog", { name: "Delete the account ann.lee?" });
    const submit = within(dialog).getByRole("button", { name: "Delete ann.lee" });
    fireEvent.click(submit);
    expect(within(dialog).getAllByText("This is needed.")).toHaveLength(2);
    expect(close).not.toHaveBeenCalled();
    type("password", "wrong");
    fireEvent.click(within(dialog).getByRole("checkbox"));
    fireEvent.click(submit);
    await within(dialog).findByText("The password is wrong.");
    expect(close).toHaveBeenCalledWith("wrong");
  });

  it("says when it is the last administrator", async () => {
    vi.spyOn(api.account, "close").mockRejectedValue(refusal(409, "user.last_administrator"));
    renderSignedIn(<AccountPage />);
    press("Delete my account");
    const dialog = await screen.findByRole("dialog");
    type("password", "right");
    fireEvent.click(within(dialog).getByRole("checkbox"));
    fireEvent.click(within(dialog).getByRole("button", { name: "Delete ann.lee" }));
    expect((await within(dialog).findByRole("alert")).textContent).toContain(
      "At least one administrator has to stay.",
    );
  });
});
