// The mails that the program writes into its data folder when it is tried out.
import { expect } from "@playwright/test";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { baseUrl } from "./person.ts";

/** The address in the newest mail to somebody that leads to one of these pages; waits for it. Of an invitation, the one to accept. */
export async function linkTo(
  page: "verify-email" | "reset-password" | "invitation",
  address: string,
): Promise<string> {
  let link: string | null = null;
  await expect.poll(async () => (link = await findLink(page, address)), { timeout: 30_000 }).not.toBeNull();
  return link ?? "";
}

async function findLink(page: string, address: string): Promise<string | null> {
  const data = process.env["OPEN_MEETING_E2E_DATA"];
  if (!data) throw new Error("it is not known where the program writes its mails: set OPEN_MEETING_E2E_DATA");
  const folder = join(data, "mail");
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".eml"));
  // Their names begin with the time.
  for (const name of names.sort().reverse()) {
    const mail = await readFile(join(folder, name), "latin1");
    const [headers = ""] = mail.split(/\r?\n\r?\n/, 1);
    if (!headers.toLowerCase().includes(address.toLowerCase())) continue;
    const link = new RegExp(`https?://\\S+/${page}#token=[\\w.~-]+(?:&answer=accept)?`).exec(
      readable(mail),
    )?.[0];
    // The program may be known under another name than the one it is visited by here.
    if (link) return baseUrl() + link.slice(new URL(link).origin.length);
  }
  return null;
}

/** The text of a mail in whatever way it was encoded (RFC 2045, section 6), good enough to find a link in it. */
function readable(mail: string): string {
  const quoted = mail
    .replace(/=\r?\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  const blocks = mail.match(/(?:^[A-Za-z0-9+/]{20,}={0,2}\r?\n?)+/gm) ?? [];
  return [mail, quoted, ...blocks.map((block) => Buffer.from(block, "base64").toString("utf8"))].join("\n");
}
