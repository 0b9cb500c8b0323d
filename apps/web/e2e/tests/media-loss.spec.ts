// The media worker of a call dies.
import { expect, test } from "@playwright/test";
import { Person } from "../support/person.ts";
import { mediaWorkers } from "../support/processes.ts";

test("two people see and hear each other again when their media worker was killed", async ({ browser }) => {
  test.setTimeout(180_000);
  const ada = await Person.signedIn(browser, "Ada");
  const bob = await Person.signedIn(browser, "Bob");
  const code = await ada.makeMeeting("Stand-up");
  for (const person of [ada, bob]) await person.join(code);
  const sockets = { ada: 0, bob: 0 };
  await test.step("they see and hear each other", async () => {
    await ada.expectPicture(ada.tileOf(bob));
    await bob.expectPicture(bob.tileOf(ada));
    await bob.button(/^Mute microphone/).click();
    await expect(ada.tileOf(bob)).toHaveAttribute("data-muted", "true");
  });
  ada.page.on("websocket", () => (sockets.ada += 1));
  bob.page.on("websocket", () => (sockets.bob += 1));
  await ada.page.evaluate(() => Object.assign(window, { notReloaded: true }));

  const before = mediaWorkers();
  expect(before).toHaveLength(1);
  const killed = Date.now();
  process.kill(before[0] ?? 0, "SIGKILL");

  await test.step("the interface says that the connection is being brought back, and is", async () => {
    await expect(ada.page.getByText("Back", { exact: true })).toBeVisible();
  });
  await test.step("the pictures move again, and who was muted still is", async () => {
    await ada.expectPicture(ada.tileOf(bob));
    await bob.expectPicture(bob.tileOf(ada));
    console.log(`pictures moved again within ${Date.now() - killed} ms after the kill`);
    await expect(ada.tileOf(bob)).toHaveAttribute("data-muted", "true");
    await bob.expectVoices(1);
    await ada.expectVoices(0);
  });
  expect(await ada.page.evaluate(() => "notReloaded" in window)).toBe(true);
  expect(sockets, "the same connections").toEqual({ ada: 0, bob: 0 });
  const after = mediaWorkers();
  expect(after).toHaveLength(1);
  expect(after).not.toEqual(before);

  await test.step("hanging up still works", async () => {
    await bob.button("Leave").click();
    await expect(ada.tileOf(bob)).toHaveCount(0);
  });
});
