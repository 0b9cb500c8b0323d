// Three people in one call, through our own SFU.
import { expect, test, type Browser } from "@playwright/test";
import { Person } from "../support/person.ts";
import { openConnections, outbound } from "../support/stats.ts";

async function threeInACall(browser: Browser): Promise<{ people: [Person, Person, Person]; code: string }> {
  const ada = await Person.signedIn(browser, "Ada");
  const bob = await Person.signedIn(browser, "Bob");
  const cy = await Person.signedIn(browser, "Cy");
  const code = await ada.makeMeeting("Stand-up");
  for (const person of [ada, bob, cy]) await person.join(code);
  return { people: [ada, bob, cy], code };
}

test.describe("three people", () => {
  test.setTimeout(180_000);

  test("see and hear each other, share, mute, write, leave, come back and end", async ({ browser }) => {
    const { people } = await threeInACall(browser);
    const [ada, bob, cy] = people;

    await test.step("each decodes the video of the other two and hears them", async () => {
      for (const person of people) {
        for (const other of people) {
          if (other !== person) await person.expectPicture(person.tileOf(other));
        }
        await person.expectVoices(2);
      }
      expect((await outbound(ada.page)).filter((each) => each.kind === "video")).toHaveLength(3);
    });

    await test.step("a shared screen reaches the others, whole", async () => {
      await ada.button(/^Share screen/).click();
      await expect(cy.page.getByTestId("news")).toContainText("Ada shares a screen");
      for (const other of [bob, cy]) {
        await other.expectPicture(other.screenOf(ada));
        await expect(other.screenOf(ada).locator("video")).toHaveCSS("object-fit", "contain");
        await other.expectPicture(other.tileOf(ada));
      }
      await ada.button(/^Stop sharing/).click();
      await expect(bob.screenOf(ada)).toHaveCount(0);
      await expect(cy.screenOf(ada)).toHaveCount(0);
    });

    await test.step("muting shows to the others", async () => {
      await expect(bob.tileOf(ada)).not.toHaveAttribute("data-muted", "true");
      await ada.page.keyboard.press("m");
      await expect(ada.button(/^Unmute microphone/)).toBeVisible();
      await expect(bob.tileOf(ada)).toHaveAttribute("data-muted", "true");
      await expect(bob.tileOf(ada).getByRole("img", { name: "Muted" })).toBeVisible();
      await bob.expectVoices(1);
      await ada.page.keyboard.press("m");
      await expect(bob.tileOf(ada)).not.toHaveAttribute("data-muted", "true");
      await bob.expectVoices(2);
    });

    await test.step("a camera that is off leaves a tile without a picture", async () => {
      await ada.page.keyboard.press("v");
      await expect(bob.tileOf(ada).locator("video")).toHaveCount(0);
      await ada.page.keyboard.press("v");
      await bob.expectPicture(bob.tileOf(ada));
    });

    await test.step("the chat reaches everybody", async () => {
      await bob.page.keyboard.press("c");
      await bob.page.getByLabel("Write to everyone").fill("Hello from Bob");
      await bob.page.keyboard.press("Enter");
      await expect(ada.page.getByTestId("news")).toContainText("Bob: Hello from Bob");
      await expect(bob.page.getByTestId("chat-line").filter({ hasText: "Hello from Bob" })).toBeVisible();
      await expect(ada.button(/^Chat, 1 unread message/)).toBeVisible();
      await ada.page.keyboard.press("c");
      await expect(ada.page.getByTestId("chat-line")).toContainText("Hello from Bob");
      await expect(ada.button(/^Chat$/)).toBeVisible();
      for (const person of [ada, bob])
        await person.page.getByRole("complementary", { name: "Chat" }).press("Escape");
    });

    await test.step("one leaves, and the tiles go", async () => {
      await cy.button("Leave").click();
      await Promise.all(
        [ada, bob].map((other) => expect(other.page.getByTestId("news")).toContainText("Cy left")),
      );
      await expect(cy.page.getByRole("heading", { name: "You left the meeting" })).toBeVisible();
      expect(await openConnections(cy.page)).toBe(0);
      for (const other of [ada, bob]) {
        await expect(other.tileOf(cy)).toHaveCount(0);
        await other.expectVoices(1);
      }
    });

    await test.step("somebody who left comes back", async () => {
      await cy.page.getByRole("button", { name: "Rejoin" }).click();
      await cy.expectPicture(cy.tileOf(ada));
      await ada.expectPicture(ada.tileOf(cy));
    });

    await test.step("a reload comes back, with media both ways", async () => {
      await bob.page.reload();
      await expect(bob.controls).toBeVisible();
      for (const other of [ada, cy]) {
        await bob.expectPicture(bob.tileOf(other));
        await other.expectPicture(other.tileOf(bob));
        await expect(other.tileOf(bob)).toHaveCount(1);
      }
      await bob.expectVoices(2);
    });

    await test.step("a closed browser is noticed", async () => {
      await cy.vanish();
      await expect(ada.tileOf(cy)).toHaveCount(0);
    });

    await test.step("the host ends it for everybody", async () => {
      await ada.button("Leave").click();
      await ada.page.getByRole("menuitem", { name: "End for all" }).click();
      await expect(ada.page.getByRole("dialog")).toContainText("End “Stand-up” for everyone?");
      await ada.page.getByRole("dialog").getByRole("button", { name: "End for all" }).click();
      for (const person of [ada, bob]) {
        await expect(person.page.getByRole("heading", { name: "The meeting has ended" })).toBeVisible();
        await expect(person.page.getByRole("button", { name: "Rejoin" })).toHaveCount(0);
      }
    });
    await ada.context.close();
    await bob.context.close();
  });
});

test("a lost connection comes back by itself", async ({ browser }) => {
  const ada = await Person.signedIn(browser, "Ada");
  const bob = await Person.signedIn(browser, "Bob");
  const code = await ada.makeMeeting("Tunnel");
  const sockets: { close: () => Promise<void> }[] = [];
  await bob.page.routeWebSocket(/\/ws\/signaling/, (socket) => {
    const server = socket.connectToServer();
    sockets.push({ close: () => Promise.all([socket.close(), server.close()]).then(() => undefined) });
  });
  await ada.join(code);
  await bob.join(code);
  await bob.expectPicture(bob.tileOf(ada));
  await sockets.at(-1)?.close();
  await expect(bob.page.getByText("Reconnecting…")).toBeVisible();
  await expect(bob.page.getByText("Back", { exact: true })).toBeVisible();
  await bob.expectPicture(bob.tileOf(ada));
  await ada.expectPicture(ada.tileOf(bob));
  expect(sockets).toHaveLength(2);
  await ada.context.close();
  await bob.context.close();
});

test("a second tab of the same person takes over", async ({ browser }) => {
  const ada = await Person.signedIn(browser, "Ada");
  const code = await ada.makeMeeting("Twice");
  await ada.join(code);
  const second = await ada.context.newPage();
  await second.goto(`/m/${code}`);
  await second.getByRole("button", { name: "Join", exact: true }).click();
  await expect(second.getByRole("toolbar")).toBeVisible();
  await expect(ada.page.getByRole("heading", { name: "You joined from another place" })).toBeVisible();
  await expect(second.getByRole("toolbar")).toBeVisible();
  await ada.context.close();
});
