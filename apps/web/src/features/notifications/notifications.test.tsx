// Notifications: what they say, how the count follows, and choosing how to be told.
import type { AppNotification, NotificationPage, NotificationPreference } from "@open-meeting/client";
import { QueryClient, useQueryClient } from "@tanstack/react-query";
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import i18next from "i18next";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { api } from "../../app/api.ts";
import { refusal, renderSignedIn, startPage } from "../../test/render.tsx";
import { NotificationSettingsPage } from "../settings/notifications/NotificationSettingsPage.tsx";
import { factsOf, SENTENCES, withNew, withRead } from "./notification.ts";
import { NotificationBell } from "./NotificationBell.tsx";
import { take } from "./use-notification-feed.ts";
import { LATEST_KEY } from "./use-notifications.ts";

beforeAll(startPage);
beforeEach(() => {
  vi.restoreAllMocks();
  // Nobody says anything on this line.
  vi.spyOn(api.notifications, "openStream").mockImplementation(() => new Promise(() => undefined));
  vi.spyOn(api.invitations, "readOwn").mockRejectedValue(refusal(404, "invitation.not_found"));
});

function told(id: string, change: Partial<AppNotification> = {}): AppNotification {
  return {
    id,
    kind: "meeting-invitation",
    data: { meeting_code: "abc-defg-hij", title: "Planning", host_name: "Bob", starts_at: null },
    created_at: "2026-11-20T10:00:00Z",
    read_at: null,
    ...change,
  };
}
const pageOf = (items: AppNotification[], unread: number): NotificationPage => ({
  items,
  next_cursor: null,
  unread_count: unread,
});

describe("what a notification says", () => {
  it.each([
    ["meeting-invitation", { host_name: "Bob" }, "invitedBy"],
    ["meeting-invitation", { host_name: "" }, "invited"],
    ["meeting-reminder", {}, "reminder"],
    ["meeting-changed", {}, "changed"],
    ["meeting-cancelled", {}, "cancelled"],
    ["invitation-answered", { who: "Cy", answer: "accepted" }, "accepted"],
    ["invitation-answered", { who: "Cy", answer: "declined" }, "declined"],
    ["something-newer", {}, "other"],
  ])("of %s with %o is %s", (kind, data, sentence) => {
    expect(factsOf(told("n", { kind: kind as "meeting-reminder", data })).sentence).toBe(sentence);
  });

  it("bears whatever is in it", () => {
    for (const data of [null, "text", 3, [], { title: 3, meeting_code: {} }]) {
      expect(factsOf(told("n", { data }))).toMatchObject({ title: "", code: null, startsAt: null });
    }
  });

  it("is a sentence for each", () => {
    for (const name of SENTENCES) expect(i18next.exists(`notifications.says.${name}`), name).toBe(true);
  });
});

describe("the count", () => {
  it("grows with what is new, once", () => {
    const page = pageOf([told("a")], 1);
    const grown = withNew(page, told("b"));
    expect(grown.unread_count).toBe(2);
    expect(grown.items.map(({ id }) => id)).toEqual(["b", "a"]);
    expect(withNew(grown, told("b"))).toBe(grown);
  });

  it("shrinks with what is read, once", () => {
    const page = withRead(pageOf([told("a"), told("b")], 5), "a", "2026-11-20T11:00:00Z");
    expect(page.unread_count).toBe(4);
    expect(page.items[0]?.read_at).toBe("2026-11-20T11:00:00Z");
    expect(withRead(page, "a", "2026-11-20T12:00:00Z").unread_count).toBe(4);
    expect(withRead(page, null, "2026-11-20T12:00:00Z")).toMatchObject({
      unread_count: 0,
      items: [{ read_at: "2026-11-20T11:00:00Z" }, { read_at: "2026-11-20T12:00:00Z" }],
    });
  });

  it("and the list of meetings follow what comes", () => {
    const client = new QueryClient();
    client.setQueryData(LATEST_KEY, pageOf([], 0));
    client.setQueryData(["meetings", "all"], []);
    client.setQueryData(["meeting", "abc-defg-hij"], {});
    client.setQueryData(["meeting", "xyz"], {});
    take(client, told("a"));
    expect(client.getQueryData<NotificationPage>(LATEST_KEY)?.unread_count).toBe(1);
    const old = (key: string[]) => client.getQueryState(key)?.isInvalidated;
    expect(
      [
        ["meetings", "all"],
        ["meeting", "abc-defg-hij"],
        ["meeting", "xyz"],
      ].map(old),
    ).toEqual([true, true, false]);
    expect(client.getQueryState(LATEST_KEY)?.isInvalidated).toBe(false);
  });
});

describe("the bell", () => {
  it("does not lose what is told while the list is under way", async () => {
    let answer: (page: NotificationPage) => void = () => undefined;
    const list = vi
      .spyOn(api.notifications, "list")
      .mockReturnValueOnce(new Promise((resolve) => (answer = resolve)))
      .mockResolvedValue(pageOf([told("a")], 1));
    let client = new QueryClient();
    const Bell = () => {
      client = useQueryClient();
      return <NotificationBell />;
    };
    renderSignedIn(<Bell />);
    await waitFor(() => expect(list).toHaveBeenCalledOnce());
    take(client, told("a"));
    answer(pageOf([], 0));
    await screen.findByRole("button", { name: "Notifications, 1 unread" });
  });

  it("takes the answer to an invitation, which is read then", async () => {
    const own = { id: "i", status: "pending" as const, answer: null, invited_at: "2026-11-20T10:00:00Z" };
    const data = { meeting_code: "klm-nopq-rst", title: "Retro", host_name: "Bob", starts_at: null };
    vi.spyOn(api.notifications, "list").mockResolvedValue(
      pageOf([told("a"), told("b", { data }), told("c", { kind: "meeting-reminder" })], 3),
    );
    const read = vi.spyOn(api.notifications, "markRead").mockResolvedValue(told("a"));
    const asked = vi
      .spyOn(api.invitations, "readOwn")
      .mockImplementation((code) =>
        Promise.resolve(code === "klm-nopq-rst" ? { ...own, status: "declined", answer: "decline" } : own),
      );
    const answer = vi
      .spyOn(api.invitations, "answerOwn")
      .mockResolvedValue({ ...own, status: "accepted", answer: "accept" });
    renderSignedIn(<NotificationBell />);
    fireEvent.click(await screen.findByRole("button", { name: "Notifications, 3 unread" }));
    const group = await screen.findByRole("group", { name: "Answer to “Planning”" });
    expect(await screen.findByText("You will not come")).toBeTruthy();
    fireEvent.click(within(group).getByRole("button", { name: "Accept" }));
    expect(await screen.findByText("You will come")).toBeTruthy();
    expect(answer).toHaveBeenCalledWith("abc-defg-hij", "accept");
    expect(read).toHaveBeenCalledOnce();
    expect(asked.mock.calls.map(([code]) => code)).toEqual(["abc-defg-hij", "klm-nopq-rst"]);
    expect(screen.queryByRole("button", { name: "Accept" })).toBeNull();
  });

  it("tells how much is new, opens the latest, and marks one and all", async () => {
    vi.spyOn(api.notifications, "list").mockResolvedValue(
      pageOf([told("a"), told("b", { kind: "meeting-reminder" })], 2),
    );
    const one = vi.spyOn(api.notifications, "markRead").mockResolvedValue(told("a"));
    const all = vi.spyOn(api.notifications, "markAllRead").mockResolvedValue();
    renderSignedIn(<NotificationBell />);
    fireEvent.click(await screen.findByRole("button", { name: "Notifications, 2 unread" }));
    const panel = await screen.findByRole("region", { name: "Notifications" });
    expect(
      within(panel)
        .getAllByRole("listitem")
        .map((item) => item.querySelector("p")?.textContent),
    ).toEqual(["Bob invites you to “Planning”", "“Planning” starts soon"]);
    fireEvent.click(within(panel).getByRole("button", { name: "Mark as read: “Planning” starts soon" }));
    await screen.findByRole("button", { name: "Notifications, 1 unread" });
    expect(one.mock.calls[0]?.[0]).toBe("b");
    fireEvent.click(within(panel).getByRole("button", { name: "Mark all as read" }));
    await screen.findByRole("button", { name: "Notifications" });
    expect(all).toHaveBeenCalledOnce();
  });

  it("says what is wrong, and tries again", async () => {
    const list = vi
      .spyOn(api.notifications, "list")
      .mockRejectedValueOnce(refusal(503, "service.unavailable"))
      .mockResolvedValue(pageOf([], 0));
    renderSignedIn(<NotificationBell />);
    fireEvent.click(await screen.findByRole("button", { name: "Notifications" }));
    fireEvent.click(await screen.findByRole("button", { name: "Try again" }));
    expect(await screen.findByText(/appear here as they come/)).toBeTruthy();
    expect(list).toHaveBeenCalledTimes(2);
  });
});

describe("how to be told", () => {
  const preferences: NotificationPreference[] = [
    { kind: "meeting-invitation", in_app: true, email: true },
    { kind: "meeting-reminder", in_app: true, email: false },
  ];

  it("is chosen for each kind and way", async () => {
    vi.spyOn(api.notifications, "readPreferences").mockResolvedValue(preferences);
    const save = vi
      .spyOn(api.notifications, "savePreferences")
      .mockImplementation((items) => Promise.resolve([...items]));
    renderSignedIn(<NotificationSettingsPage />);
    const box = await screen.findByRole<HTMLInputElement>("checkbox", { name: "Reminders: E-mail" });
    expect(box.checked).toBe(false);
    fireEvent.click(box);
    fireEvent.click(screen.getByRole("checkbox", { name: "Invitations: Here" }));
    fireEvent.click(screen.getByRole("button", { name: "Save" }));
    await screen.findByText("Saved");
    expect(save.mock.calls[0]?.[0]).toEqual([
      { kind: "meeting-invitation", in_app: false, email: true },
      { kind: "meeting-reminder", in_app: true, email: true },
    ]);
  });

  it("stays as chosen when it cannot be saved", async () => {
    vi.spyOn(api.notifications, "readPreferences").mockResolvedValue(preferences);
    vi.spyOn(api.notifications, "savePreferences").mockRejectedValue(refusal(503, "service.unavailable"));
    renderSignedIn(<NotificationSettingsPage />);
    const box = await screen.findByRole<HTMLInputElement>("checkbox", { name: "Reminders: E-mail" });
    fireEvent.click(box);
    fireEvent.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(screen.getByRole("alert").textContent).toContain("The server is busy"));
    expect(box.checked).toBe(true);
  });
});
