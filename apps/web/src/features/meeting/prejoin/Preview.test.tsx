// The preview says in words, to a screen reader too, that the camera is still starting.
import { LocalMedia, type LocalMediaState } from "@open-meeting/client";
import { cleanup, screen } from "@testing-library/react";
import { afterEach, beforeAll, expect, it } from "vitest";
import { renderPage, startPage } from "../../../test/render.tsx";
import { Preview } from "./Preview.tsx";

beforeAll(startPage);
afterEach(cleanup);

it("announces a camera that is starting as a status", () => {
  const off = { on: false, starting: false, track: null, problem: null };
  const media = { camera: { ...off, starting: true }, microphone: off } as unknown as LocalMediaState;
  renderPage(<Preview local={new LocalMedia()} media={media} name="Ann" />);
  // A name on an element without a role is dropped by assistive technology (ARIA 1.2, section 5.2.8.6).
  expect(screen.getByRole("status", { name: "Starting the camera" })).toBeTruthy();
});
