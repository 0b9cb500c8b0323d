// Unit tests of the framework-free parts, with fake sockets, devices and clocks.
import { defineConfig } from "vitest/config";

export default defineConfig({ test: { include: ["test/**/*.test.ts"] } });
