// What devices are called.
import { expect, it } from "vitest";
import { deviceName } from "./device-name.ts";

const AppleWebKit = "AppleWebKit/537.36 (KHTML, like Gecko)";

it.each([
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${AppleWebKit} Chrome/131.0.0.0 Safari/537.36`,
    "Chrome",
    "Windows",
    "computer",
  ],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${AppleWebKit} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0`,
    "Edge",
    "Windows",
    "computer",
  ],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${AppleWebKit} Chrome/129.0.0.0 Safari/537.36 OPR/115.0.0.0`,
    "Opera",
    "Windows",
    "computer",
  ],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox", "Linux", "computer"],
  [
    `Mozilla/5.0 (X11; Linux x86_64) ${AppleWebKit} HeadlessChrome/131.0.0.0 Safari/537.36`,
    "Chrome",
    "Linux",
    "computer",
  ],
  [
    `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${AppleWebKit} Chrome/131.0.0.0 Safari/537.36`,
    "Chrome",
    "ChromeOS",
    "computer",
  ],
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
    "Safari",
    "macOS",
    "computer",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
    "Safari",
    "iPhone",
    "phone",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1",
    "Chrome",
    "iPhone",
    "phone",
  ],
  [
    "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/133.0 Mobile/15E148 Safari/605.1.15",
    "Firefox",
    "iPad",
    "tablet",
  ],
  [
    `Mozilla/5.0 (Linux; Android 10; K) ${AppleWebKit} Chrome/131.0.0.0 Mobile Safari/537.36`,
    "Chrome",
    "Android",
    "phone",
  ],
  [
    `Mozilla/5.0 (Linux; Android 13; SM-X906C) ${AppleWebKit} Chrome/131.0.0.0 Safari/537.36`,
    "Chrome",
    "Android",
    "tablet",
  ],
  [
    `Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S918B) ${AppleWebKit} SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36`,
    "Samsung Internet",
    "Android",
    "phone",
  ],
  [
    `Mozilla/5.0 (Linux; Android 14; V2309A) ${AppleWebKit} Version/4.0 Chrome/130.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.54`,
    "WeChat",
    "Android",
    "phone",
  ],
  ["curl/8.5.0", "curl", null, "program"],
  ["Open Meeting Desktop/1.2", "Open Meeting Desktop", null, "program"],
  ["", null, null, "unknown"],
  [null, null, null, "unknown"],
  ["<script>alert(1)</script>", null, null, "unknown"],
] as const)("%s", (userAgent, browser, system, kind) => {
  expect(deviceName(userAgent)).toEqual({ browser, system, kind });
});

it("is cut when a program calls itself at length", () => {
  expect(deviceName(`${"x".repeat(256)}/1`).browser).toHaveLength(40);
});
