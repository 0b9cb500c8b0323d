// What was written in a meeting, on its page.
import type { Meeting, MeetingMessage, MeetingParticipant } from "@open-meeting/client";
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { api } from "../../../app/api.ts";
import { ANN, refusal, renderSignedIn, startPage } from "../../../test/render.tsx";
import { day, formatLocale } from "../when.ts";
import { ChatCard } from "./ChatCard.tsx";
import { mayReadChat } from "./use-meeting-details.ts";

beforeAll(startPage);
beforeEach(() => {
  vi.restoreAllMocks();
});

const MEETING = { id: "m", code: "abc-defg-hij", creator_id: ANN.id } as Meeting;
const GRACE = { user_id: "grace", display_name: "Grace" };

function message(id: string, change: Partial<MeetingMessage> = {}): MeetingMessage {
  return {
    id,
    sender: GRACE,
    recipient: null,
    text: `text ${id}`,
    sent_at: "2026-12-01T10:00:00Z",
    deleted_at: null,
    deleted_by: null,
    ...change,
  };
}

const lines = () => screen.findAllByTestId("message");

describe("the chat of a meeting", () => {
  it("is read from the end, page by page, with a heading for each day", async () => {
    const list = vi
      .spyOn(api.chat, "listMessages")
      .mockImplementation((_, { cursor } = {}) =>
        Promise.resolve(
          cursor === undefined
            ? { items: [message("3"), message("2")], next_cursor: "c" }
            : { items: [message("1", { sent_at: "2026-11-24T10:00:00Z" })], next_cursor: null },
        ),
      );
    renderSignedIn(<ChatCard meeting={MEETING} moderates={false} />);
    expect((await lines()).map((line) => line.textContent)).toEqual([
      expect.stringContaining("text 2"),
      expect.stringContaining("text 3"),
    ]);
    fireEvent.click(screen.getByRole("button", { name: "Load earlier messages" }));
    await waitFor(async () => expect(await lines()).toHaveLength(3));
    expect(list).toHaveBeenLastCalledWith("m", { limit: 50, cursor: "c" });
    expect(screen.getAllByRole("heading", { level: 3 }).map((day) => day.textContent)).toEqual([
      day("2026-11-24T10:00:00Z", formatLocale("en")),
      day("2026-12-01T10:00:00Z", formatLocale("en")),
    ]);
    expect(screen.queryByRole("button", { name: "Load earlier messages" })).toBeNull();
  });

  it("says what is private and what is gone, and lets delete what one may", async () => {
    const gone = message("1", { text: null, deleted_at: "2026-12-01T10:05:00Z", deleted_by: "grace" });
    const own = message("2", { sender: { user_id: ANN.id, display_name: "Ann" }, recipient: GRACE });
    const toMe = message("3", { recipient: { user_id: ANN.id, display_name: "Ann" } });
    const list = vi.spyOn(api.chat, "listMessages");
    list.mockResolvedValue({ items: [toMe, own, gone], next_cursor: null });
    const remove = vi.spyOn(api.chat, "deleteMessage");
    remove.mockRejectedValueOnce(refusal(404, "message.not_found")).mockResolvedValue(gone);
    renderSignedIn(<ChatCard meeting={MEETING} moderates={false} />);
    const [first, second, third] = (await lines()) as [HTMLElement, HTMLElement, HTMLElement];
    expect(first.textContent).toContain("This message was deleted.");
    expect(second.textContent).toContain("Only to Grace");
    expect(third.textContent).toContain("Only to you");
    expect([first, third].flatMap((line) => within(line).queryAllByRole("button"))).toEqual([]);
    fireEvent.click(within(second).getByRole("button", { name: "Delete your message" }));
    const dialog = await screen.findByRole("dialog", { name: "Delete this message?" });
    fireEvent.click(within(dialog).getByRole("button", { name: "Delete" }));
    expect((await within(dialog).findByRole("alert")).textContent).toContain(
      "There is no such message any more.",
    );
    list.mockResolvedValue({ items: [], next_cursor: null });
    fireEvent.click(within(dialog).getByRole("button", { name: "Delete" }));
    expect(await screen.findByText("Nothing was written.")).toBeTruthy();
    expect(remove).toHaveBeenCalledWith("m", "2");
  });

  it("can be read again when it could not be", async () => {
    const list = vi.spyOn(api.chat, "listMessages");
    list.mockRejectedValueOnce(refusal(503, "service.unavailable"));
    list.mockResolvedValue({ items: [message("1")], next_cursor: null });
    renderSignedIn(<ChatCard meeting={MEETING} moderates />);
    fireEvent.click(await screen.findByRole("button", { name: "Try again" }));
    expect(await lines()).toHaveLength(1);
    expect(screen.getByRole("button", { name: "Delete message of Grace" })).toBeTruthy();
  });
});

it("is for whoever created the meeting, and those who were there and are not banned", () => {
  const person = (user_id: string, standing: MeetingParticipant["standing"]) =>
    ({ user_id, standing }) as MeetingParticipant;
  const people = [person("bob", "welcome"), person("cleo", "removed"), person("eve", "banned")];
  const may = [ANN.id, "bob", "cleo", "eve", "zoe"].map((id) => mayReadChat(id, MEETING, people));
  expect(may).toEqual([true, true, true, false, false]);
  expect(mayReadChat(ANN.id, MEETING, [])).toBe(false);
});
