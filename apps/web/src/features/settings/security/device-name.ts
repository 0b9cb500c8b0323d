// What a device is called, from what its browser says of itself (`User-Agent`, RFC 9110, section 10.1.5).

/** A device in words. Names of products are the same in every language. */
export interface DeviceName {
  browser: string | null;
  system: string | null;
  kind: "computer" | "phone" | "tablet" | "program" | "unknown";
}

/** The first that matches counts: many browsers also carry the names of others. */
const BROWSERS: [RegExp, string][] = [
  [/\bEdg(?:e|A|iOS)?\//, "Edge"],
  [/\b(?:OPR|OPiOS|Opera)\//, "Opera"],
  [/\bVivaldi\//, "Vivaldi"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\bYaBrowser\//, "Yandex Browser"],
  [/\bMicroMessenger\//, "WeChat"],
  [/\bMQQBrowser\//, "QQ Browser"],
  [/\b(?:UCBrowser|UCWEB)\//, "UC Browser"],
  [/\b(?:Firefox|FxiOS)\//, "Firefox"],
  [/\b(?:Chrome|CriOS|Chromium|HeadlessChrome)\//, "Chrome"],
  [/\bVersion\/[\d.]+.*\bSafari\//, "Safari"],
];

const SYSTEMS: [RegExp, string, DeviceName["kind"]][] = [
  [/\biPhone\b|\biPod\b/, "iPhone", "phone"],
  [/\biPad\b/, "iPad", "tablet"],
  [/\bHarmonyOS\b|\bOpenHarmony\b/, "HarmonyOS", "phone"],
  [/\bAndroid\b(?!.*\bMobile\b)/, "Android", "tablet"],
  [/\bAndroid\b/, "Android", "phone"],
  [/\bWindows\b/, "Windows", "computer"],
  [/\bCrOS\b/, "ChromeOS", "computer"],
  [/\bMac OS X\b|\bMacintosh\b/, "macOS", "computer"],
  [/\bLinux\b|\bX11\b/, "Linux", "computer"],
];

/** Names are cut here: a program may call itself anything. */
const MAX_PROGRAM = 40;

/** The browser and the system, as far as they can be told. */
export function deviceName(userAgent: string | null | undefined): DeviceName {
  const text = userAgent?.trim() ?? "";
  const system = SYSTEMS.find(([pattern]) => pattern.test(text));
  const browser = BROWSERS.find(([pattern]) => pattern.test(text))?.[1] ?? null;
  if (browser !== null || system) {
    return { browser, system: system?.[1] ?? null, kind: system?.[2] ?? "computer" };
  }
  // A program names itself first: `curl/8.5.0`.
  const program = /^[A-Za-z][\w .-]*?(?=\/|$)/.exec(text)?.[0].slice(0, MAX_PROGRAM).trim();
  return program
    ? { browser: program, system: null, kind: "program" }
    : { browser: null, system: null, kind: "unknown" };
}
