// Starts the web client.
import "@mantine/core/styles.layer.css";
import "./app/styles.css";
import { createRoot } from "react-dom/client";
import { StrictMode } from "react";
import { App } from "./app/App.tsx";
import { startLanguages } from "./app/i18n.ts";
import { api } from "./app/api.ts";

const root = document.getElementById("root");
if (!root) throw new Error("the page has no #root");

// Both are needed before anything can be drawn; asking at the same time saves a round trip.
await Promise.all([startLanguages(), api.session.restore()]);
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
