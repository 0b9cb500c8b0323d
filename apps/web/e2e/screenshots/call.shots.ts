// The call: with nobody, few and many people, with panels, while reconnecting. And a real one of three people.
import { expect, test } from "@playwright/test";
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { forEachLook, shoot } from "../support/looks.ts";
import { chatLines, roomOf, signedIn } from "../support/made-up.ts";
import { baseUrl, Person } from "../support/person.ts";
import { browserWithPortrait, type Portrait } from "../support/portraits.ts";

forEachLook((look) => {
  // A call is always dark.
  if (look.name.endsWith("dark")) return;
  test(`call ${look.name}`, async ({ browser }) => {
    for (const others of [0, 1, 2, 5, 8, 24, 40]) {
      const context = await browser.newContext({ ...look.options, baseURL: baseUrl() });
      const page = await context.newPage();
      await signedIn(page);
      const room = await roomOf(page, others);
      await page.goto("/m/abc-defg-hbj");
      await page.getByRole("button", { name: "Join", exact: true }).click();
      await expect(page.getByRole("toolbar")).toBeVisible();
      await page.mouse.move(20, 20);
      await expect(page.getByTestId("tile").first()).toBeVisible();
      await shoot(page, look, `call-${others + 1}`);
      if (others === 2 || others === 8) {
        for (const line of chatLines(2)) room.current()?.send(line);
        await expect(page.getByTestId("news")).toContainText("Grace Hopper");
        await shoot(page, look, `call-${others + 1}-news`);
        await page.getByRole("button", { name: /^Chat/ }).click();
        await expect(page.getByTestId("chat-line")).toHaveCount(4);
        await shoot(page, look, `call-${others + 1}-chat`);
        await page.getByRole("complementary").press("Escape");
        await page.getByRole("button", { name: /^People/ }).click();
        await shoot(page, look, `call-${others + 1}-people`);
        await page.getByRole("complementary").getByRole("button", { name: "Close" }).click();
      }
      if (others === 5) {
        await page.getByRole("button", { name: "Leave" }).click();
        await expect(page.getByRole("menuitem", { name: "End for all" })).toBeVisible();
        await shoot(page, look, "call-leave");
        await page.getByRole("menuitem", { name: "End for all" }).click();
        await expect(page.getByRole("dialog")).toBeVisible();
        await shoot(page, look, "call-end");
        await page.keyboard.press("Escape");
        await expect(page.getByRole("dialog")).toHaveCount(0);
        await page.keyboard.press("?");
        await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
        await shoot(page, look, "call-shortcuts");
        await page.keyboard.press("Escape");
        await expect(page.getByRole("dialog")).toHaveCount(0);
        if (!look.options.isMobile) {
          await page.keyboard.press("s");
          await expect(page.getByTestId("screen-tile").locator("video")).toBeVisible();
          await shoot(page, look, "call-sharing");
        }
        await room.current()?.close();
        await expect(page.getByText("Reconnecting…")).toBeVisible();
        await shoot(page, look, "call-reconnecting");
      }
      await context.close();
    }
  });
});

test("a real call of three people", async ({ playwright }) => {
  const films: [string, Portrait][] = [
    ["Ada Lovelace", { wall: "#b9a58c", shirt: "#5b3a6e", skin: "#e6b99a", hair: "#3a241c" }],
    ["Grace Hopper", { wall: "#8fb0bf", shirt: "#1f3a5f", skin: "#d9a384", hair: "#7a7f86" }],
    ["Alan Turing", { wall: "#9fb59a", shirt: "#41505c", skin: "#c98f6b", hair: "#1d1a18" }],
  ];
  const people: Person[] = [];
  for (const [name, portrait] of films) {
    const browser = await browserWithPortrait(
      playwright.chromium,
      portrait,
      test.info().outputPath(`${name}.mjpeg`),
    );
    people.push(await Person.signedIn(browser, name, { viewport: { width: 1440, height: 900 } }));
  }
  const [ada, grace, alan] = people as [Person, Person, Person];
  const code = await ada.makeMeeting("Weekly stand-up");
  for (const person of people) await person.join(code);
  await ada.expectPicture(ada.tileOf(grace));
  await ada.expectPicture(ada.tileOf(alan));
  const images = resolve(import.meta.dirname, "../../../../docs/images");
  await mkdir(images, { recursive: true });
  await expect(ada.page.getByTestId("news").locator("p")).toHaveCount(0);
  await expect.poll(async () => (await ada.pictureIn(ada.tileOf(grace)))?.height ?? 0).toBeGreaterThan(300);
  await expect.poll(async () => (await ada.pictureIn(ada.tileOf(alan)))?.height ?? 0).toBeGreaterThan(300);
  await ada.page.mouse.move(320, 320);
  await ada.page.screenshot({ path: resolve(images, "call.png") });

  await alan.button(/^Share screen/).click();
  await ada.expectPicture(ada.screenOf(alan));
  await ada.button(/^Chat/).click();
  await ada.page.getByLabel("Write to everyone").fill("I can see your screen, Alan");
  await ada.page.keyboard.press("Enter");
  await expect(ada.page.getByTestId("chat-line")).toBeVisible();
  await grace.page.keyboard.press("c");
  await grace.page.getByLabel("Write to everyone").fill("Me too");
  await grace.page.keyboard.press("Enter");
  await expect(ada.page.getByTestId("chat-line")).toHaveCount(2);
  await ada.page.mouse.move(330, 320);
  await ada.page.screenshot({ path: resolve(images, "sharing.png") });
  for (const person of people) await person.context.browser()?.close();
});
