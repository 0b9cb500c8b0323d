// What is written: in a call, to everybody and to one person, and afterwards on the page of the meeting, in its normal, empty,
// loading and error states. The answers of the server are made up here.
import { expect, test, type Page, type Route } from "@playwright/test";
import { forEachLook, shoot, type Look } from "../support/looks.ts";
import { chatLines, failure, roomOf, signedIn, success, USER } from "../support/made-up.ts";
import { GRACE, HELD, MESSAGES, PEOPLE } from "../support/made-up-meetings.ts";
import { baseUrl } from "../support/person.ts";

forEachLook((look) => {
  test(`chat ${look.name}`, async ({ browser }) => {
    const on = async (task: (page: Page, look: Look) => Promise<void>): Promise<void> => {
      const context = await browser.newContext({ ...look.options, baseURL: baseUrl() });
      const page = await context.newPage();
      await signedIn(page);
      await task(page, look);
      await context.close();
    };
    // A call is always dark.
    if (look.name.endsWith("light")) await on(panel);
    await on(history);
  });
});

async function panel(page: Page, look: Look): Promise<void> {
  const private_ = { to: USER.id, to_name: USER.nickname, text: "Only you can read this." };
  const line = { from: "person-0", display_name: "Grace Hopper", at: new Date().toISOString() };
  const room = await roomOf(page, 9, {
    messages: [
      { ...line, message_id: "m1", text: null, deleted_by: USER.id },
      { ...line, message_id: "m2", ...private_ },
    ],
    before: "m1",
  });
  await page.goto("/m/abc-defg-hbj");
  await page.getByRole("button", { name: "Join", exact: true }).click();
  await expect(page.getByRole("toolbar")).toBeVisible();
  for (const text of chatLines(2)) room.current()?.send(text);
  await page.getByRole("button", { name: /^Chat/ }).click();
  await expect(page.getByTestId("chat-line")).toHaveCount(6);
  await shoot(page, look, "chat-panel");
  await page.getByRole("combobox", { name: "Send to" }).click();
  await expect(page.getByRole("option", { name: "Alan Turing" })).toBeVisible();
  await shoot(page, look, "chat-panel-recipients");
  await page.getByRole("option", { name: "Alan Turing" }).click();
  await page.getByRole("textbox", { name: "Write to Alan Turing only" }).fill("Shall we talk afterwards?");
  await shoot(page, look, "chat-panel-private");
  room.current()?.send(JSON.stringify({ type: "user-left", seq: 6, user_id: "person-1", reason: "left" }));
  await expect(page.getByText("Alan Turing is not here any more.")).toBeVisible();
  await shoot(page, look, "chat-panel-gone");
  await page.getByRole("button", { name: "Delete your message" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await shoot(page, look, "chat-panel-delete");
}

async function history(page: Page, look: Look): Promise<void> {
  const card = page.getByRole("region", { name: "Chat" });
  await page.route("**/api/v1/meetings/*", (route) => success(route, { ...HELD, creator_id: GRACE }));
  await page.route("**/api/v1/meetings/*/participants", (route) => success(route, { items: PEOPLE }));
  let answer: (route: Route) => Promise<void> | undefined = (route) =>
    success(route, { items: MESSAGES, next_cursor: "more" });
  await page.route("**/api/v1/meetings/*/messages*", (route) => answer(route));
  const show = async (name: string): Promise<void> => {
    await card.scrollIntoViewIfNeeded();
    await shoot(page, look, name);
  };
  await page.goto("/meetings/abc-defg-hfj");
  await expect(page.getByTestId("message")).toHaveCount(MESSAGES.length);
  await show("chat-history");
  answer = (route) => failure(route, 409, "internal");
  await page.getByRole("button", { name: "Load earlier messages" }).click();
  await expect(card.getByRole("alert")).toBeVisible();
  await show("chat-history-earlier-error");
  await page.getByRole("button", { name: "Delete your message" }).first().click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await show("chat-history-delete");
  await page.goto("/meetings/abc-defg-hfj");
  await expect(card.getByRole("alert")).toBeVisible();
  await show("chat-history-error");
  answer = () => undefined;
  await page.goto("/meetings/abc-defg-hfj");
  await expect(card.getByRole("status", { name: "Loading" })).toBeVisible();
  await show("chat-history-loading");
  answer = (route) => success(route, { items: [], next_cursor: null });
  await page.goto("/meetings/abc-defg-hfj");
  await expect(page.getByText("Nothing was written.")).toBeVisible();
  await show("chat-history-empty");
}
