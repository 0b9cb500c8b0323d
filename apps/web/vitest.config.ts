// Unit tests of what does not need a server.
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["open-meeting-source"] },
  test: { environment: "jsdom", include: ["src/**/*.test.{ts,tsx}"], setupFiles: ["src/test/setup.ts"] },
});
