// Adds up what a first visit to the meeting page loads, and fails when it is too much.
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

/** Compressed script on the first load of the meeting page, call included, in bytes. */
const LIMIT = 300 * 1024;

const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(await readFile(new URL(".vite/manifest.json", dist), "utf8"));

/** The files that loading these sources brings along, dynamic imports left out. */
function filesOf(sources) {
  const files = new Set();
  const seen = new Set();
  const visit = (key) => {
    const chunk = manifest[key];
    if (!chunk || seen.has(key)) return;
    seen.add(key);
    if (chunk.file.endsWith(".js")) files.add(chunk.file);
    for (const next of chunk.imports ?? []) visit(next);
  };
  for (const source of sources) visit(source);
  return [...files];
}

async function compressed(files) {
  let total = 0;
  for (const file of files) total += gzipSync(await readFile(new URL(file, dist)), { level: 9 }).length;
  return total;
}

const pages = {
  login: ["index.html", "src/features/auth/LoginPage.tsx"],
  dashboard: ["index.html", "src/features/shell/Shell.tsx", "src/features/meetings/DashboardPage.tsx"],
  meeting: ["index.html", "src/features/meeting/MeetingPage.tsx", "src/features/meeting/call/CallPage.tsx"],
};
let meeting = 0;
for (const [page, sources] of Object.entries(pages)) {
  const size = await compressed(filesOf(sources));
  if (page === "meeting") meeting = size;
  process.stdout.write(`first load of ${page}: ${(size / 1024).toFixed(1)} KB of gzipped script\n`);
}
if (meeting === 0 || meeting > LIMIT) {
  process.stderr.write(`the meeting page loads more than ${LIMIT / 1024} KB\n`);
  process.exit(1);
}
