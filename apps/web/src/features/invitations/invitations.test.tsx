// Invitations: who is meant by a list, what hosts see and do, and what a mailed link is good for.
import type { Invitation, InvitedTo, Meeting } from "@open-meeting/client";
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { api } from "../../app/api.ts";
import { refusal, renderBare, renderSignedIn, startPage } from "../../test/render.tsx";
import { InvitationPage } from "./InvitationPage.tsx";
import { InvitationsCard } from "./InvitationsCard.tsx";
import { readAnswer, stateOf } from "./invitation-state.ts";
import { readInvitees } from "./invitees.ts";

beforeAll(startPage);
beforeEach(() => {
  vi.restoreAllMocks();
});

const MEETING = { id: "m", code: "abc-defg-hij", title: "Planning" } as Meeting;

function invitation(id: string, change: Partial<Invitation> = {}): Invitation {
  return {
    id,
    email: `${id}@example.org`,
    username: null,
    name: null,
    status: "pending",
    created_at: "2026-11-20T10:00:00Z",
    answered_at: null,
    ...change,
  };
}

const INVITED: InvitedTo = {
  title: "Planning",
  description: null,
  host_name: "Ada",
  start_time: "2026-12-01T10:00:00Z",
  end_time: null,
  meeting_code: "abc-defg-hij",
  meeting_status: "scheduled",
  status: "pending",
};

describe("a list of people", () => {
  it.each([
    [["bob"], ["bob"]],
    [["bob, cy;dan\neve\tfay  gus"], ["bob", "cy", "dan", "eve", "fay", "gus"]],
    [['Ann Lee <ann@example.org>; "B" <b@example.org>'], ["ann@example.org", "b@example.org"]],
    [
      ["mailto:ann@example.org", "<cy@example.org>", "'dan'"],
      ["ann@example.org", "cy@example.org", "dan"],
    ],
    [["Bob", "bob", "BOB"], ["Bob"]],
    [["", " , ;"], []],
  ])("%o means %o", (pieces, people) => {
    expect(readInvitees(pieces)).toEqual(people);
  });
});

describe("the host", () => {
  const field = () => screen.getByRole<HTMLInputElement>("combobox", { name: "Who is to come" });
  // The field passes over changes while it has no focus.
  const typeIn = (value: string) => {
    field().focus();
    fireEvent.change(field(), { target: { value } });
  };

  it("invites people, also the last one who was typed, and sees who comes", async () => {
    const list = vi
      .spyOn(api.invitations, "list")
      .mockResolvedValueOnce({ items: [], next_cursor: null })
      .mockResolvedValue({
        items: [invitation("cy"), invitation("bob", { name: "Bob", username: "bob", status: "accepted" })],
        next_cursor: null,
      });
    const invite = vi
      .spyOn(api.invitations, "invite")
      .mockResolvedValue([invitation("cy"), invitation("bob")]);
    renderSignedIn(<InvitationsCard meeting={MEETING} />);
    expect(await screen.findByText(/Nobody is invited yet/)).toBeTruthy();
    typeIn("bob");
    fireEvent.keyDown(field(), { key: "Enter" });
    typeIn("Cy <cy@example.org>");
    fireEvent.click(screen.getByRole("button", { name: "Invite" }));
    expect(await screen.findByText("2 people are invited and get a message.")).toBeTruthy();
    expect(invite).toHaveBeenCalledWith("m", ["bob", "cy@example.org"]);
    expect(await screen.findByText("2 invited, 1 will come")).toBeTruthy();
    expect(list).toHaveBeenCalledTimes(2);
    expect(screen.getAllByRole("listitem").map((item) => item.textContent)).toEqual([
      expect.stringContaining("Waiting"),
      expect.stringContaining("Comes"),
    ]);
  });

  it("is told whom of the list the server does not know, and keeps the list", async () => {
    vi.spyOn(api.invitations, "list").mockResolvedValue({ items: [], next_cursor: null });
    vi.spyOn(api.invitations, "invite").mockRejectedValue(
      refusal(422, "request.invalid", [{ field: "invitees[1]", code: "unknown_user" }]),
    );
    renderSignedIn(<InvitationsCard meeting={MEETING} />);
    typeIn("bob nobody");
    fireEvent.click(screen.getByRole("button", { name: "Invite" }));
    expect((await screen.findByRole("alert")).textContent).toContain(
      "nobody: There is nobody of this user name.",
    );
    expect(screen.getByText("bob")).toBeTruthy();
  });

  it("asks nothing of the server without anybody, or with too many", async () => {
    vi.spyOn(api.invitations, "list").mockResolvedValue({ items: [], next_cursor: null });
    const invite = vi.spyOn(api.invitations, "invite");
    renderSignedIn(<InvitationsCard meeting={MEETING} />);
    fireEvent.click(screen.getByRole("button", { name: "Invite" }));
    expect(await screen.findByText("This is needed.")).toBeTruthy();
    typeIn(Array.from({ length: 51 }, (_, index) => `p${index}`).join(" "));
    fireEvent.click(screen.getByRole("button", { name: "Invite" }));
    expect(await screen.findByText(/At most 50 can be invited at once/)).toBeTruthy();
    expect(invite).not.toHaveBeenCalled();
  });

  it("withdraws after a second step, but not what is withdrawn or over", async () => {
    vi.spyOn(api.invitations, "list").mockResolvedValue({
      items: [invitation("cy"), invitation("dan", { status: "revoked" })],
      next_cursor: null,
    });
    const withdraw = vi.spyOn(api.invitations, "withdraw").mockResolvedValue();
    renderSignedIn(<InvitationsCard meeting={MEETING} />);
    fireEvent.click(await screen.findByRole("button", { name: /^Withdraw the invitation of/ }));
    const dialog = await screen.findByRole("dialog");
    fireEvent.click(within(dialog).getByRole("button", { name: "Withdraw" }));
    await waitFor(() => expect(withdraw).toHaveBeenCalledWith("m", "cy"));
    expect(await screen.findByText("The invitation of cy@example.org is withdrawn.")).toBeTruthy();
  });

  it("only looks when the meeting is over", async () => {
    vi.spyOn(api.invitations, "list").mockResolvedValue({ items: [invitation("cy")], next_cursor: null });
    renderSignedIn(<InvitationsCard meeting={MEETING} closed />);
    expect(await screen.findByText("cy@example.org")).toBeTruthy();
    expect(screen.queryByRole("button")).toBeNull();
  });
});

describe("a mailed link", () => {
  const open = (hash: string) =>
    renderBare(
      <MemoryRouter initialEntries={[`/invitation${hash}`]}>
        <InvitationPage />
      </MemoryRouter>,
    );

  it("says for which answer it was made", () => {
    expect(readAnswer("#token=t&answer=decline")).toBe("decline");
    expect(readAnswer("#token=t&answer=accept")).toBe("accept");
    expect(readAnswer("#token=t")).toBe("accept");
  });

  it.each([
    [undefined, null, "loading"],
    [undefined, refusal(503, "service.unavailable"), "failed"],
    [undefined, refusal(404, "invitation.not_found"), "bad"],
    [INVITED, refusal(409, "invitation.revoked"), "revoked"],
    [INVITED, null, "open"],
    [{ ...INVITED, status: "accepted" as const }, null, "accepted"],
    [{ ...INVITED, status: "declined" as const }, null, "declined"],
    [{ ...INVITED, meeting_status: "cancelled" as const }, null, "over"],
  ])("of %o with %o is %s", (invitation, error, state) => {
    expect(stateOf(invitation, error)).toBe(state);
  });

  it("is answered by the button that it was made for, once", async () => {
    vi.spyOn(api.invitations, "readByToken").mockResolvedValue(INVITED);
    const answer = vi
      .spyOn(api.invitations, "answerByToken")
      .mockResolvedValue({ ...INVITED, status: "declined" });
    open("#token=secret&answer=decline");
    const decline = await screen.findByRole("button", { name: "Decline" });
    expect(decline.getAttribute("data-variant")).toBe("filled");
    expect(screen.getByText("Ada hosts it")).toBeTruthy();
    expect(answer).not.toHaveBeenCalled();
    fireEvent.click(decline);
    expect(await screen.findByRole("heading", { name: "You will not come" })).toBeTruthy();
    expect(answer).toHaveBeenCalledWith("secret", "decline");
    expect(screen.queryByRole("button", { name: "Accept" })).toBeNull();
  });

  it("that was answered otherwise meanwhile says so", async () => {
    vi.spyOn(api.invitations, "readByToken")
      .mockResolvedValueOnce(INVITED)
      .mockResolvedValue({ ...INVITED, status: "declined" });
    vi.spyOn(api.invitations, "answerByToken").mockRejectedValue(refusal(409, "invitation.answered"));
    open("#token=secret");
    fireEvent.click(await screen.findByRole("button", { name: "Accept" }));
    expect(await screen.findByRole("heading", { name: "You will not come" })).toBeTruthy();
  });

  it("without a token is none", () => {
    open("");
    expect(screen.getByRole("heading", { name: "This link does not work" })).toBeTruthy();
  });
});
