// What hosts do: the lobby, guests, passcodes, and acting on people in the call.
import { expect, test, type Locator, type Page } from "@playwright/test";
import { openAsGuest, Person } from "../support/person.ts";

const GUESTS_KNOCK = { settings: { guests_allowed: true, lobby: "guests" } };

/** Gives the name at the door, and knocks or goes in. */
async function enterAs(page: Page, name: string): Promise<void> {
  await page.getByLabel("Your name").fill(name);
  await page.locator("form button[type=submit]").click();
}

/** Somebody in the list of people. */
function personIn(page: Page, name: string): Locator {
  return page.getByRole("complementary", { name: "People" }).getByRole("listitem").filter({ hasText: name });
}

/** Chooses from the menu of somebody in the list. */
async function choose(page: Page, name: string, action: string): Promise<void> {
  await page.getByRole("button", { name: `More for ${name}`, exact: true }).click();
  await page.getByRole("menuitem", { name: action, exact: true }).click();
}

test("a guest knocks, is let in, raises a hand, is muted, writes and is sent out", async ({ browser }) => {
  test.setTimeout(180_000);
  const ada = await Person.signedIn(browser, "Ada");
  const code = await ada.makeMeeting("Open house", GUESTS_KNOCK);
  await ada.join(code);
  const gus = await openAsGuest(browser, code);
  const controls = gus.getByRole("toolbar");

  await test.step("the guest waits, also after a reload, and sees themselves", async () => {
    await expect(gus.getByRole("heading", { name: "Open house" })).toBeVisible();
    await enterAs(gus, "Gus");
    await expect(gus.getByTestId("waiting-room")).toContainText("The host will let you in");
    await expect(ada.page.getByTestId("knock")).toContainText("Gus asks to join.");
    await gus.reload();
    await expect(gus.getByTestId("waiting-room")).toBeVisible();
    await expect(gus.getByTestId("waiting-room").locator("video")).toBeVisible();
    await expect(ada.page.getByTestId("knock")).toContainText("Gus asks to join.");
  });

  await test.step("everybody is asked about once, and the host lets the guest in from the panel", async () => {
    const kim = await openAsGuest(browser, code);
    await enterAs(kim, "Kim");
    await expect(ada.page.getByTestId("knock")).toContainText("2 people ask to join.");
    await ada.button(/^People, 2 people wait/).click();
    await ada.page.getByRole("button", { name: "Deny Kim" }).click();
    await expect(kim.getByRole("heading", { name: "You were not let in" })).toBeVisible();
    await kim.context().close();
    await ada.page.getByRole("button", { name: "Admit Gus" }).click();
    await expect(controls).toBeVisible();
    await expect(ada.page.getByTestId("lobby")).toHaveCount(0);
    await expect(personIn(ada.page, "Gus")).toContainText("Guest");
  });

  await test.step("a raised hand shows its place, and the host lowers it", async () => {
    await gus.keyboard.press("h");
    await expect(controls.getByRole("button", { name: /^Lower hand/ })).toBeVisible();
    await expect(ada.page.getByTestId("news")).toContainText("Gus raised a hand");
    await expect(personIn(ada.page, "Gus").getByRole("img", { name: "Hand raised, number 1" })).toBeVisible();
    await choose(ada.page, "Gus", "Lower hand");
    await expect(controls.getByRole("button", { name: /^Raise hand/ })).toBeVisible();
  });

  await test.step("a reaction is seen by others", async () => {
    await controls.getByRole("button", { name: "React" }).click();
    await gus.getByRole("menuitem", { name: "Applause" }).click();
    await expect(ada.page.getByTestId("reactions")).toContainText("Gus");
  });

  await test.step("muted by the host, the guest is told by whom, and unmutes when asked", async () => {
    await expect(controls.getByRole("button", { name: /^Mute microphone/ })).toBeVisible();
    await choose(ada.page, "Gus", "Mute");
    await expect(gus.getByRole("alert")).toContainText("Ada muted your microphone.");
    await expect(controls.getByRole("button", { name: /^Unmute microphone/ })).toBeVisible();
    await expect(personIn(ada.page, "Gus").getByRole("img", { name: "Muted" })).toBeVisible();
    await choose(ada.page, "Gus", "Ask to unmute");
    await expect(gus.getByRole("alert")).toContainText("Ada asks you to unmute.");
    await gus.getByRole("button", { name: "Unmute", exact: true }).click();
    await expect(personIn(ada.page, "Gus").getByRole("img", { name: "Microphone on" })).toBeVisible();
  });

  await test.step("they write to each other", async () => {
    await gus.keyboard.press("c");
    await gus.getByLabel("Write to everyone").fill("Hello from outside");
    await gus.keyboard.press("Enter");
    await ada.button(/^Chat/).click();
    await expect(ada.page.getByTestId("chat-line")).toContainText("Hello from outside");
  });

  await test.step("the host sends the guest out, who may knock again, and is not let in", async () => {
    await ada.button(/^People/).click();
    await choose(ada.page, "Gus", "Remove");
    await ada.page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
    await expect(gus.getByRole("heading", { name: "You were removed from the meeting" })).toBeVisible();
    await expect(personIn(ada.page, "Gus")).toHaveCount(0);
    await gus.getByRole("button", { name: "Rejoin" }).click();
    await expect(gus.getByTestId("waiting-room")).toBeVisible();
    await ada.page.getByRole("button", { name: "Deny Gus" }).click();
    await expect(gus.getByRole("heading", { name: "You were not let in" })).toBeVisible();
  });
  await gus.context().close();
  await ada.context.close();
});

test("a passcode is asked for, and a wrong one is told", async ({ browser }) => {
  const ada = await Person.signedIn(browser, "Ada");
  const code = await ada.makeMeeting("Secret", { passcode: "4711", settings: { guests_allowed: true } });
  await ada.join(code);
  const gus = await openAsGuest(browser, code);
  await gus.getByLabel("Passcode").fill("0815");
  await enterAs(gus, "Gus");
  await expect(gus.getByText("The passcode is wrong. Check it and try again.")).toBeVisible();
  await expect(gus.getByLabel("Your name")).toHaveValue("Gus");
  await expect(gus.getByLabel("Passcode")).toBeFocused();
  await gus.getByLabel("Passcode").fill("4711");
  await gus.keyboard.press("Enter");
  await expect(gus.getByRole("toolbar")).toBeVisible();
  await gus.context().close();
  await ada.context.close();
});

test("without guests the link leads to signing in, and back", async ({ browser }) => {
  const ada = await Person.signedIn(browser, "Ada");
  const code = await ada.makeMeeting("Members only");
  const page = await openAsGuest(browser, code);
  await expect(page.getByText("Only people with an account may come to this meeting.")).toBeVisible();
  await page.getByRole("link", { name: "Sign in" }).click();
  await expect(page).toHaveURL(new RegExp(`/login\\?next=%2Fm%2F${code}$`));
  await page.context().close();
  await ada.context.close();
});

test("a locked meeting lets nobody new in, and a banned person never", async ({ browser }) => {
  test.setTimeout(120_000);
  const ada = await Person.signedIn(browser, "Ada");
  const bob = await Person.signedIn(browser, "Bob");
  const cy = await Person.signedIn(browser, "Cy");
  const code = await ada.makeMeeting("Closed");
  await ada.join(code);
  await bob.join(code);
  await ada.button(/^People/).click();
  await ada.page.getByRole("button", { name: "Lock meeting" }).click();
  await expect(bob.page.getByTestId("news")).toContainText("The meeting is locked now");
  await cy.page.goto(`/m/${code}`);
  await cy.page.locator("form button[type=submit]").click();
  await expect(cy.page.getByRole("heading", { name: "You could not join" })).toBeVisible();
  await expect(cy.page.getByText("The meeting is locked: nobody new is let in.")).toBeVisible();
  await choose(ada.page, "Bob", "Make co-host");
  await expect(bob.page.getByTestId("news")).toContainText("You are a co-host now");
  await choose(ada.page, "Bob", "Remove and ban");
  await ada.page.getByRole("dialog").getByRole("button", { name: "Remove and ban" }).click();
  await expect(bob.page.getByText("You cannot come back to this meeting.")).toBeVisible();
  for (const person of [ada, bob, cy]) await person.context.close();
});

test("a meeting is scheduled with options, changed and called off", async ({ browser }) => {
  const ada = await Person.signedIn(browser, "Ada");
  const { page } = ada;
  await page.goto("/meetings/new");
  await page.getByLabel("Title", { exact: true }).fill("Review");
  await page.getByRole("button", { name: "Options", exact: true }).click();
  await page.getByRole("radio", { name: "Everyone", exact: true }).check();
  await page.getByLabel("Write in the chat").uncheck();
  await page.getByLabel("Passcode (optional)").fill("123");
  await page.getByRole("button", { name: "Schedule meeting" }).click();
  await expect(page.getByText("At least 4 characters are needed.")).toBeVisible();
  await page.getByLabel("Passcode (optional)").fill("1234");
  await page.getByRole("button", { name: "Schedule meeting" }).click();
  await expect(page.getByRole("status").filter({ hasText: "“Review” is scheduled" })).toBeVisible();

  await page.getByRole("button", { name: "More for Review" }).click();
  await page.getByRole("menuitem", { name: "Change" }).click();
  await expect(page.getByLabel("Title", { exact: true })).toHaveValue("Review");
  await page.getByRole("button", { name: "Options", exact: true }).click();
  await expect(page.getByRole("radio", { name: "Everyone", exact: true })).toBeChecked();
  await expect(page.getByLabel("Write in the chat")).not.toBeChecked();
  await expect(page.getByLabel("Keep the present passcode")).toBeChecked();
  await page.getByLabel("Title", { exact: true }).fill("Second review");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { name: "Second review" })).toBeVisible();
  await expect(page.getByText("write in the chat")).toHaveCount(0);

  await page.getByRole("link", { name: "Meetings", exact: true }).click();
  const row = page.getByRole("listitem").filter({ hasText: "Second review" });
  await expect(row).toBeVisible();
  await row.getByRole("button", { name: "More for Second review" }).click();
  await page.getByRole("menuitem", { name: "Call off" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Call off" }).click();
  await expect(row).toContainText("Cancelled");
  await ada.context.close();
});
