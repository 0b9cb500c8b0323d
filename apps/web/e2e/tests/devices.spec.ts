// The door of a meeting: preview, devices, and every way in which they can fail.
import { expect, test } from "@playwright/test";
import { chromiumPath, DENYING_FLAGS } from "../support/browser.ts";
import { baseUrl, PASSWORD, Person } from "../support/person.ts";

test("the preview shows the camera, the meter moves, and choices are remembered", async ({ browser }) => {
  const ada = await Person.signedIn(browser, "Ada");
  const code = await ada.makeMeeting("Preview");
  const { page } = ada;
  await page.goto(`/m/${code}`);
  const video = page.getByLabel("Your camera").locator("video");
  await expect
    .poll(() => video.evaluate((element) => (element as HTMLVideoElement).videoWidth))
    .toBeGreaterThan(0);
  await expect(video).toHaveCSS("transform", "matrix(-1, 0, 0, 1, 0, 0)");
  const meter = page.getByRole("meter", { name: "Microphone level" });
  await expect.poll(async () => Number(await meter.getAttribute("aria-valuenow"))).toBeGreaterThan(0);
  await expect(page.getByRole("combobox", { name: "Camera" }).locator("option:checked")).toHaveText(
    /fake_device_0/,
  );

  await page.getByRole("button", { name: "Turn camera off" }).click();
  await expect(page.getByText("Your camera is off")).toBeVisible();
  await page.getByRole("button", { name: "Mute microphone" }).click();
  await page.reload();
  await expect(page.getByRole("button", { name: "Turn camera on" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Unmute microphone" })).toBeVisible();

  await page.getByLabel("Your name").fill("Countess");
  await page.getByRole("button", { name: "Join", exact: true }).click();
  await expect(ada.button(/^Unmute microphone/)).toBeVisible();
  await expect(ada.button(/^Turn camera on/)).toBeVisible();
  await ada.button(/^People/).click();
  await expect(page.getByRole("complementary", { name: "People" })).toContainText("Countess (you)");
  await ada.context.close();
});

const FAILURES = [
  { error: "NotFoundError", title: "No camera and microphone found" },
  { error: "NotReadableError", title: "Another program uses your camera and microphone" },
  {
    error: "NotAllowedError",
    message: "Permission denied by system",
    title: "Your system does not let the browser",
  },
];

for (const { error, message = "", title } of FAILURES) {
  test(`${error} ${message} has its own explanation, and one can join without devices`, async ({
    browser,
  }) => {
    const ada = await Person.signedIn(browser, "Ada");
    const code = await ada.makeMeeting("No devices");
    await ada.page.addInitScript(
      (failure) => {
        navigator.mediaDevices.getUserMedia = () =>
          Promise.reject(new DOMException(failure.message, failure.error));
      },
      { error, message },
    );
    await ada.page.goto(`/m/${code}`);
    await expect(ada.page.getByRole("alert")).toContainText(title);
    await ada.page.getByRole("button", { name: "Join", exact: true }).click();
    await expect(ada.button(/^Turn camera on/)).toBeVisible();
    await expect(ada.page.getByRole("alert").filter({ hasText: title })).toBeVisible();
    await ada.context.close();
  });
}

test("one device that fails does not take the other along", async ({ browser }) => {
  const ada = await Person.signedIn(browser, "Ada");
  const code = await ada.makeMeeting("Half");
  await ada.page.addInitScript(() => {
    const original = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = (constraints) =>
      constraints?.video ? Promise.reject(new DOMException("", "NotReadableError")) : original(constraints);
  });
  await ada.page.goto(`/m/${code}`);
  await expect(ada.page.getByRole("alert")).toContainText("Another program uses your camera");
  await expect(ada.page.getByRole("button", { name: "Mute microphone" })).toBeVisible();
  await ada.context.close();
});

test("a browser without WebRTC is told apart", async ({ browser }) => {
  const ada = await Person.signedIn(browser, "Ada");
  const code = await ada.makeMeeting("Old browser");
  await ada.page.addInitScript(() => {
    Reflect.deleteProperty(window, "RTCPeerConnection");
  });
  await ada.page.goto(`/m/${code}`);
  await expect(ada.page.getByRole("alert")).toContainText("This browser cannot make video calls");
  await ada.context.close();
});

test("a page without https is told apart", async ({ browser }) => {
  const ada = await Person.signedIn(browser, "Ada");
  const code = await ada.makeMeeting("Plain http");
  const insecure = baseUrl().replace("127.0.0.1", "insecure.test");
  await ada.page.goto(`${insecure}/m/${code}`);
  await ada.page.getByRole("link", { name: "Sign in" }).click();
  await ada.page.getByLabel("User name or e-mail").fill(ada.username);
  await ada.page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await ada.page.getByRole("button", { name: "Sign in" }).click();
  await expect(ada.page.getByRole("alert")).toContainText("Camera and microphone need a secure connection");
  await expect(ada.page.getByRole("button", { name: "Try again" })).toHaveCount(0);
  await ada.context.close();
});

test("a denied permission says what to click", async ({ playwright }) => {
  const denying = await playwright.chromium.launch({ executablePath: chromiumPath(), args: DENYING_FLAGS });
  const ada = await Person.signedIn(denying, "Ada");
  const code = await ada.makeMeeting("Denied");
  await ada.page.goto(`/m/${code}`);
  const alert = ada.page.getByRole("alert");
  await expect(alert).toContainText("The browser may not use your camera and microphone");
  await expect(alert).toContainText("Click the symbol left of the address");
  await expect(ada.page.getByRole("button", { name: "Join", exact: true })).toBeEnabled();
  await denying.close();
});
