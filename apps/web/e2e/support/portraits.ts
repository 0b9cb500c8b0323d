// Drawn people for the pictures in the documentation: a fake camera that shows more than a test pattern.
import type { Browser, BrowserType } from "@playwright/test";
import { writeFile } from "node:fs/promises";
import { chromiumPath, CHROMIUM_FLAGS } from "./browser.ts";

/** How somebody is drawn. */
export interface Portrait {
  wall: string;
  shirt: string;
  skin: string;
  hair: string;
}

const FRAMES = 40;

/** A browser whose camera films a drawn person, who moves a little. The film is kept in `file` (`.mjpeg`). */
export async function browserWithPortrait(
  type: BrowserType,
  portrait: Portrait,
  file: string,
): Promise<Browser> {
  const artist = await type.launch({ executablePath: chromiumPath(), args: CHROMIUM_FLAGS });
  const page = await artist.newPage();
  const frames = await page.evaluate(draw, { portrait, count: FRAMES });
  await artist.close();
  await writeFile(file, Buffer.concat(frames.map((frame) => Buffer.from(frame, "base64"))));
  return type.launch({
    executablePath: chromiumPath(),
    args: [...CHROMIUM_FLAGS, `--use-file-for-fake-video-capture=${file}`],
  });
}

/** Runs in the page: JPEG images, base64. */
function draw({ portrait, count }: { portrait: Portrait; count: number }): string[] {
  const canvas = document.createElement("canvas");
  canvas.width = 1280;
  canvas.height = 720;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("no canvas");
  const ellipse = (x: number, y: number, width: number, height: number, colour: string): void => {
    pen.fillStyle = colour;
    pen.beginPath();
    pen.ellipse(x, y, width, height, 0, 0, 2 * Math.PI);
    pen.fill();
  };
  return Array.from({ length: count }, (_, frame) => {
    const turn = (frame / count) * 2 * Math.PI;
    const x = 640 + 14 * Math.sin(turn);
    const y = 330 + 6 * Math.sin(2 * turn);
    const light = pen.createRadialGradient(420, 160, 60, 640, 360, 900);
    light.addColorStop(0, "#ffffff");
    light.addColorStop(0.25, portrait.wall);
    light.addColorStop(1, "#20242b");
    pen.fillStyle = light;
    pen.fillRect(0, 0, 1280, 720);
    pen.fillStyle = "rgb(255 255 255 / 16%)";
    pen.fillRect(880, 90, 240, 330);
    ellipse(x, y - 34, 128, 150, portrait.hair);
    ellipse(x, 760, 310, 250, portrait.shirt);
    pen.fillStyle = portrait.skin;
    pen.fillRect(x - 44, y + 80, 88, 120);
    ellipse(x, y, 106, 132, portrait.skin);
    ellipse(x, y - 112, 112, 52, portrait.hair);
    for (const side of [-1, 1]) ellipse(x + side * 40, y - 8, 9, frame % 36 < 2 ? 2 : 11, "#2b2320");
    ellipse(x, y + 62, 30, 6 + 6 * Math.abs(Math.sin(3 * turn)), "#8c3b3b");
    return canvas.toDataURL("image/jpeg", 0.9).split(",")[1] ?? "";
  });
}
