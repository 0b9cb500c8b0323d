// How the web client is built, and served while it is being written.
import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig } from "vite";

/** The server behind `npm run dev`. */
const backend = process.env["OPEN_MEETING_URL"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  resolve: { conditions: ["open-meeting-source", ...defaultClientConditions] },
  build: { target: "es2022", sourcemap: false, manifest: true },
  server: {
    proxy: {
      "/api": { target: backend, changeOrigin: true },
      "/ws": { target: backend, ws: true, changeOrigin: true },
    },
  },
});
