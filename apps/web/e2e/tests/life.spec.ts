// The whole life of a meeting, through real pages, real mails and real media: planned, invited to, held, and reported.
import { expect, test, type Page } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { linkTo } from "../support/mail.ts";
import { baseUrl, newAccount, Person } from "../support/person.ts";
import { inbound, watchPeerConnections } from "../support/stats.ts";

/** Waits until pictures of others arrive and go on arriving. */
async function expectMovingPicture(page: Page): Promise<void> {
  const frames = async (): Promise<number> =>
    (await inbound(page))
      .filter(({ kind }) => kind === "video")
      .reduce((sum, { framesDecoded }) => sum + framesDecoded, 0);
  await expect.poll(frames, { timeout: 30_000 }).toBeGreaterThan(0);
  const before = await frames();
  await expect.poll(frames, { timeout: 30_000 }).toBeGreaterThan(before + 5);
}

test("schedule, invite, answer by mail, knock, admit, mute, hand, chat, kick, end, report", async ({
  browser,
}) => {
  test.setTimeout(300_000);
  const ada = await Person.signedIn(browser, "Ada");
  const bob = await Person.signedIn(browser, "Bob");
  const gusAddress = newAccount("Gus").email;
  const { page } = ada;
  const person = (name: string) =>
    page.getByRole("complementary", { name: "People" }).getByRole("listitem").filter({ hasText: name });
  const choose = async (name: string, action: string): Promise<void> => {
    await page.getByRole("button", { name: `More for ${name}`, exact: true }).click();
    await page.getByRole("menuitem", { name: action, exact: true }).click();
  };
  const invitations = page.getByRole("region", { name: "Invitations" }).getByRole("listitem");

  await test.step("Ada schedules a meeting to which guests may come", async () => {
    await page.getByRole("button", { name: "New meeting" }).click();
    await page.getByRole("menuitem", { name: /^Schedule for later/ }).click();
    await page.getByLabel("Title", { exact: true }).fill("Planning");
    await page.getByRole("button", { name: "Options", exact: true }).click();
    await page.getByRole("switch", { name: "Guests may come" }).check({ force: true });
    await page.getByRole("radio", { name: "Guests", exact: true }).check();
    await page.getByRole("button", { name: "Schedule meeting" }).click();
    await page.getByRole("link", { name: "Invite people" }).click();
    await expect(page.getByRole("heading", { name: "Planning" })).toBeVisible();
    await expect(page.getByText("You host this meeting")).toBeVisible();
  });

  await test.step("She invites a colleague and somebody without an account", async () => {
    await page
      .getByRole("combobox", { name: "Who is to come" })
      .pressSequentially(`nobody.at.all, Gus <${gusAddress}>`);
    await page.getByRole("button", { name: "Invite", exact: true }).click();
    await expect(page.getByRole("alert")).toContainText("nobody.at.all: There is nobody of this user name.");
    await page.getByRole("combobox", { name: "Who is to come" }).press("Backspace");
    await page.getByRole("combobox", { name: "Who is to come" }).press("Backspace");
    await page
      .getByRole("combobox", { name: "Who is to come" })
      .pressSequentially(`${bob.username}, ${gusAddress}`);
    await page.getByRole("button", { name: "Invite", exact: true }).click();
    await expect(page.getByText("2 people are invited and get a message.")).toBeVisible();
    await expect(invitations.filter({ hasText: "Waiting" })).toHaveCount(2);
  });

  await test.step("Bob sees it at once, without a reload", async () => {
    await bob.page.getByRole("button", { name: "Notifications, 1 unread" }).click();
    await bob.page.getByRole("link", { name: "Ada invites you to “Planning”" }).click();
    await expect(bob.page.getByRole("heading", { name: "Planning" })).toBeVisible();
    await expect(bob.page.getByRole("button", { name: "Notifications", exact: true })).toBeVisible();
  });

  const outside = await browser.newContext({ baseURL: baseUrl(), locale: "en-GB" });
  const gus = await outside.newPage();
  await watchPeerConnections(gus);
  const controls = gus.getByRole("toolbar");

  await test.step("Gus accepts by the mailed link, once, and Ada is told at once", async () => {
    const link = await linkTo("invitation", gusAddress);
    await gus.goto(link);
    await expect(gus.getByRole("heading", { name: "You are invited" })).toBeVisible();
    await expect(gus).toHaveURL(`${baseUrl()}/invitation`);
    await gus.getByRole("button", { name: "Accept" }).click();
    await expect(gus.getByRole("heading", { name: "You will come" })).toBeVisible();
    await expect(page.getByRole("button", { name: "Notifications, 1 unread" })).toBeVisible();
    await expect(invitations.filter({ hasText: gusAddress })).toContainText("Comes");
    await gus.goto("about:blank");
    await gus.goto(link.replace("answer=accept", "answer=decline"));
    await expect(gus.getByRole("heading", { name: "You will come" })).toBeVisible();
    await expect(gus.getByRole("button", { name: "Decline" })).toHaveCount(0);
    await gus.getByRole("link", { name: "Go to the meeting" }).click();
  });

  await test.step("Ada joins from the page of the meeting; Gus knocks, and is let in", async () => {
    await page.getByRole("link", { name: "Join", exact: true }).click();
    await page.getByRole("button", { name: "Join", exact: true }).click();
    await expect(ada.controls).toBeVisible();
    await gus.getByLabel("Your name").fill("Gus");
    await gus.getByRole("button", { name: "Ask to join" }).click();
    await expect(gus.getByTestId("waiting-room")).toContainText("The host will let you in");
    await ada.button(/^People, 1 person waits/).click();
    await page.getByRole("button", { name: "Admit Gus" }).click();
    await expect(controls).toBeVisible();
    await expectMovingPicture(page);
    await expectMovingPicture(gus);
  });

  await test.step("Ada mutes him; he raises a hand and writes", async () => {
    await choose("Gus", "Mute");
    await expect(gus.getByRole("alert")).toContainText("Ada muted your microphone.");
    await expect(person("Gus").getByRole("img", { name: "Muted" })).toBeVisible();
    await gus.keyboard.press("h");
    await expect(person("Gus").getByRole("img", { name: "Hand raised, number 1" })).toBeVisible();
    await gus.keyboard.press("c");
    await gus.getByLabel("Write to everyone").fill("May I say something?");
    await gus.keyboard.press("Enter");
    await ada.button(/^Chat/).click();
    await expect(page.getByTestId("chat-line")).toContainText("May I say something?");
  });

  await test.step("Ada sends him out", async () => {
    await ada.button(/^People/).click();
    await choose("Gus", "Remove");
    await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
    await expect(gus.getByRole("heading", { name: "You were removed from the meeting" })).toBeVisible();
    await expect(person("Gus")).toHaveCount(0);
  });

  await test.step("She ends the meeting, and reads who was there", async () => {
    await ada.button("Leave").click();
    await page.getByRole("menuitem", { name: "End for all" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "End for all" }).click();
    await expect(page.getByRole("heading", { name: "The meeting has ended" })).toBeVisible();
    await page.getByRole("link", { name: "Details and report" }).click();
    const attended = page.getByTestId("attendance");
    await expect(attended).toHaveCount(2);
    await expect(attended.filter({ hasText: "Ada" })).toContainText("Host");
    await expect(attended.filter({ hasText: "Gus" })).toContainText("Guest");
    await expect(page.getByRole("definition").filter({ hasText: /^2$/ })).toHaveCount(2);

    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save as table" }).click(),
    ]);
    const table = await readFile(await download.path(), "utf8");
    expect(table.split("\r\n")).toHaveLength(4);
    expect(table).toMatch(/^Gus,Guest,Participant,/m);
  });

  await test.step("Bob sees that it is over, and Ada can schedule the next", async () => {
    await bob.page.reload();
    await expect(bob.page.getByText("Ada hosts it")).toBeVisible();
    await expect(bob.page.getByRole("link", { name: "Join", exact: true })).toHaveCount(0);
    await expect(bob.page.getByRole("heading", { name: "Report" })).toHaveCount(0);
    await page.getByRole("link", { name: "Schedule next" }).click();
    await expect(page.getByLabel("Title", { exact: true })).toHaveValue("Planning");
  });
  for (const context of [ada.context, bob.context, outside]) await context.close();
});

test("an invitation is withdrawn after a second step, and its link says so", async ({ browser }) => {
  const ada = await Person.signedIn(browser, "Ada");
  const { page } = ada;
  const address = newAccount("Cy").email;
  const code = await ada.makeMeeting("Review");
  await ada.invite(code, address);
  const link = await linkTo("invitation", address);
  await page.goto(`/meetings/${code}`);
  await page.getByRole("button", { name: `Withdraw the invitation of ${address}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Withdraw" }).click();
  await expect(page.getByText(`The invitation of ${address} is withdrawn.`)).toBeVisible();
  const outside = await browser.newContext({ locale: "en-GB" });
  const cy = await outside.newPage();
  await cy.goto(link);
  await expect(cy.getByRole("heading", { name: "You are not invited any more" })).toBeVisible();
  await cy.goto(`${baseUrl()}/invitation`);
  await expect(cy.getByRole("heading", { name: "This link does not work" })).toBeVisible();
  await outside.close();
  await ada.context.close();
});
