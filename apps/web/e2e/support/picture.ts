// A picture to upload, drawn by the browser itself.
import type { Page } from "@playwright/test";

/** A PNG of 900 by 600 pixels with something to recognise in each of its parts. */
export async function portrait(page: Page): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
  const data = await page.evaluate(() => {
    const canvas = document.createElement("canvas");
    canvas.width = 900;
    canvas.height = 600;
    const context = canvas.getContext("2d");
    if (!context) throw new Error("no canvas");
    const sky = context.createLinearGradient(0, 0, 900, 600);
    sky.addColorStop(0, "#f4c95d");
    sky.addColorStop(1, "#27576e");
    context.fillStyle = sky;
    context.fillRect(0, 0, 900, 600);
    context.fillStyle = "#7a4a3a";
    context.beginPath();
    context.arc(450, 270, 130, 0, 2 * Math.PI);
    context.fill();
    context.fillStyle = "#e9eef2";
    context.fillRect(270, 420, 360, 180);
    return canvas.toDataURL("image/png").split(",")[1] ?? "";
  });
  return { name: "../me.png", mimeType: "image/png", buffer: Buffer.from(data, "base64") };
}
