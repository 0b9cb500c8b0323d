// What is written in a call: kept for those who come late and for afterwards, private where it is meant so, and deletable.
import { expect, test, type Locator } from "@playwright/test";
import { Person } from "../support/person.ts";

const lines = (person: Person): Locator => person.page.getByTestId("chat-line");
const messages = (person: Person): Locator => person.page.getByTestId("message");

/** Chooses who reads what is written next. */
async function writeTo(person: Person, recipient: string): Promise<void> {
  await person.page.getByRole("combobox", { name: "Send to" }).click();
  await person.page.getByRole("option", { name: recipient, exact: true }).click();
}

async function write(person: Person, text: string): Promise<void> {
  await person.page.getByRole("textbox", { name: /^Write to/ }).fill(text);
  await person.page.keyboard.press("Enter");
  await expect(lines(person).filter({ hasText: text })).toBeVisible();
}

test("late comers read, two people whisper, a message is deleted, and all is there afterwards", async ({
  browser,
}) => {
  const [ada, bob, cleo] = await Promise.all(
    ["Ada", "Bob", "Cleo"].map((name) => Person.signedIn(browser, name)),
  ).then((people) => people as [Person, Person, Person]);
  const code = await ada.makeMeeting("Planning");
  const page = `/meetings/${code}`;

  await test.step("Cleo comes late and reads what was said", async () => {
    await ada.join(code);
    await bob.join(code);
    await bob.page.keyboard.press("c");
    await write(bob, "The plan is on the table");
    await write(bob, "Forget what I said");
    await cleo.join(code);
    await cleo.page.keyboard.press("c");
    await expect(lines(cleo)).toHaveText([/Bob.*The plan is on the table/s, /Forget what I said/]);
  });

  await test.step("Ada writes to Bob alone", async () => {
    await ada.page.keyboard.press("c");
    await expect(lines(ada)).toHaveCount(2);
    await writeTo(ada, "Bob");
    await write(ada, "Well done, Bob");
    await expect(lines(ada).filter({ hasText: "Well done" })).toContainText("Only to Bob");
    await expect(lines(bob).filter({ hasText: "Well done" })).toContainText("Only to you");
    await writeTo(ada, "Everyone");
    await write(ada, "Good");
    // It came after what Cleo must not see.
    await expect(lines(cleo)).toHaveText([/The plan/, /Forget/, /Ada.*Good/s]);
  });

  await test.step("Ada deletes what Bob has written; Cleo may not", async () => {
    await expect(cleo.page.getByRole("button", { name: "Delete message of Bob" })).toHaveCount(0);
    await ada.page.getByRole("button", { name: "Delete message of Bob" }).nth(1).click();
    await ada.page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
    for (const person of [ada, bob, cleo]) {
      await expect(person.page.getByText("This message was deleted.")).toBeVisible();
      await expect(person.page.getByText("Forget what I said")).toHaveCount(0);
    }
  });

  await test.step("After the meeting it is on its page, for each what they saw", async () => {
    await ada.button("Leave").click();
    await ada.page.getByRole("menuitem", { name: "End for all" }).click();
    await ada.page.getByRole("dialog").getByRole("button", { name: "End for all" }).click();
    await expect(cleo.page.getByRole("heading", { name: "The meeting has ended" })).toBeVisible();
    await cleo.page.goto(page);
    await expect(messages(cleo)).toHaveText([/The plan/, /This message was deleted/, /Good/]);
    await bob.page.goto(page);
    await expect(messages(bob)).toHaveText([/The plan/, /deleted/, /Ada.*Only to you.*Well done/s, /Good/]);
  });

  await test.step("Bob deletes there what he has written", async () => {
    await expect(bob.page.getByRole("button", { name: "Delete message of Ada" })).toHaveCount(0);
    await bob.page.getByRole("button", { name: "Delete your message" }).click();
    await bob.page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
    await expect(messages(bob).first()).toContainText("This message was deleted.");
    await cleo.page.reload();
    await expect(messages(cleo)).toHaveText([/deleted/, /deleted/, /Good/]);
  });

  await test.step("Who was not there does not see it", async () => {
    const eve = await Person.signedIn(browser, "Eve");
    await eve.page.goto(page);
    await expect(eve.page.getByRole("region", { name: "People" })).toBeVisible();
    await expect(eve.page.getByRole("region", { name: "Chat" })).toHaveCount(0);
  });
});
