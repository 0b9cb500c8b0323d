// Which browser, and how it is started: with a camera and a microphone that need no hardware.

/** The Chromium to use: `CHROMIUM`, else the system's. None is ever downloaded. */
export function chromiumPath(): string {
  return process.env["CHROMIUM"] ?? "/usr/bin/chromium";
}

const BASE_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // A page without HTTPS that is not this computer itself.
  "--host-resolver-rules=MAP insecure.test 127.0.0.1",
  // Half as many pictures as usual, in a second: here everybody's are encoded and decoded on the same machine.
  "--use-fake-device-for-media-stream=fps=10",
];

/** Everybody allows everything, and shares the whole screen when asked. */
export const CHROMIUM_FLAGS = [...BASE_FLAGS, "--use-fake-ui-for-media-stream"];

/** Everybody denies everything. */
export const DENYING_FLAGS = [...BASE_FLAGS, "--use-fake-ui-for-media-stream=deny"];
