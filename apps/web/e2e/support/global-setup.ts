// Starts the real program on free ports with data of its own, and stops it at the end.
import { startServer } from "./server.ts";

export default async function globalSetup(): Promise<() => Promise<void>> {
  const running = process.env["OPEN_MEETING_E2E_URL"];
  if (running) {
    process.env["OPEN_MEETING_BASE_URL"] = running;
    return () => Promise.resolve();
  }
  const server = await startServer();
  process.env["OPEN_MEETING_BASE_URL"] = server.url;
  process.env["OPEN_MEETING_E2E_DATA"] = server.data;
  return server.stop;
}
