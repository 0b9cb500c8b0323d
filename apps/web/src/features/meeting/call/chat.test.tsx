// The chat beside a call: to whom one writes, what is told apart, and what may be deleted.
import type { Call, ChatMessage, Participant, RoomState } from "@open-meeting/client/room";
import { INITIAL_ROOM_STATE } from "@open-meeting/client/room";
import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { beforeAll, beforeEach, expect, it, vi } from "vitest";
import { renderPage, startPage, Surroundings } from "../../../test/render.tsx";
import { ChatPanel } from "./ChatPanel.tsx";

beforeAll(startPage);

const sendChat = vi.fn<Call["room"]["sendChat"]>(() => Promise.resolve());
const deleteMessage = vi.fn<Call["room"]["deleteMessage"]>(() => Promise.resolve());
const readEarlierChat = vi.fn(() => Promise.resolve());
const call = { room: { sendChat, deleteMessage, readEarlierChat } } as unknown as Call;

beforeEach(() => {
  vi.clearAllMocks();
});

const bob = { userId: "bob", displayName: "Bob" } as Participant;

function line(id: string, change: Partial<ChatMessage> = {}): ChatMessage {
  const base = { from: "bob", displayName: "Bob", to: null, toName: "", text: `text ${id}`, deleted: false };
  return { id, ...base, at: "2026-12-01T10:00:00Z", own: false, ...change };
}

function room(change: Partial<RoomState> = {}, role: "host" | "participant" = "participant"): RoomState {
  return {
    ...INITIAL_ROOM_STATE,
    connection: { status: "connected" },
    self: { userId: "me", role, grants: { can_chat: true } } as RoomState["self"],
    participants: [bob],
    ...change,
  };
}

const choose = (name: string): void => {
  fireEvent.click(screen.getByRole("combobox", { name: "Send to" }));
  fireEvent.click(screen.getByRole("option", { name, hidden: true }));
};
const write = (label: string, text: string): void => {
  const field = screen.getByLabelText(label);
  fireEvent.change(field, { target: { value: text } });
  fireEvent.keyDown(field, { key: "Enter" });
};

it("writes to everyone, or to one person, and never to others when they have left", async () => {
  const page = (state: RoomState): ReactNode => (
    <Surroundings>
      <ChatPanel call={call} room={state} />
    </Surroundings>
  );
  const { rerender } = render(page(room()));
  write("Write to everyone", "hello all");
  await waitFor(() => expect(sendChat).toHaveBeenLastCalledWith("hello all", undefined));
  choose("Bob");
  write("Write to Bob only", "psst");
  await waitFor(() => expect(sendChat).toHaveBeenLastCalledWith("psst", "bob"));
  rerender(page(room({ participants: [] })));
  write("Write to Bob only", "are you still there");
  expect(screen.getByText("Bob is not here any more. Choose who is to read this.")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Send" }).hasAttribute("disabled")).toBe(true);
  expect(sendChat).toHaveBeenCalledTimes(2);
});

it("lets delete the own messages, and all as a host, after asking", async () => {
  const chat = [line("1"), line("2", { own: true, from: "me" }), line("3", { deleted: true, text: "" })];
  const { unmount } = render(
    <Surroundings>
      <ChatPanel call={call} room={room({ chat })} />
    </Surroundings>,
  );
  expect(screen.queryByRole("button", { name: "Delete message of Bob" })).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: "Delete your message" }));
  expect(deleteMessage).not.toHaveBeenCalled();
  fireEvent.click(await screen.findByRole("button", { name: "Delete" }));
  await waitFor(() => expect(deleteMessage).toHaveBeenCalledWith("2"));
  unmount();
  renderPage(<ChatPanel call={call} room={room({ chat }, "host")} />);
  expect(screen.getAllByRole("button", { name: /^Delete/ })).toHaveLength(2);
});

it("loads earlier messages, and says when they could not be", async () => {
  readEarlierChat.mockRejectedValueOnce(new Error("away"));
  renderPage(<ChatPanel call={call} room={room({ chat: [line("1")], earlierChat: true })} />);
  fireEvent.click(screen.getByRole("button", { name: "Load earlier messages" }));
  expect((await screen.findByRole("alert")).textContent).toContain("could not be loaded");
  fireEvent.click(screen.getByRole("button", { name: "Load earlier messages" }));
  await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
});

it("tells apart what only two people see", () => {
  const chat = [line("1", { to: "me" }), line("2", { own: true, from: "me", to: "bob", toName: "Bob" })];
  renderPage(<ChatPanel call={call} room={room({ chat })} />);
  const texts = screen.getAllByTestId("chat-line").map(({ textContent }) => textContent);
  expect(texts).toEqual([expect.stringContaining("Only to you"), expect.stringContaining("Only to Bob")]);
});
