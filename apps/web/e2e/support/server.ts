// The program under test: the built binary with its own PostgreSQL and Redis in a temporary folder.
import { spawn, type ChildProcess } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const ROOT = resolve(import.meta.dirname, "../../../..");

/** How long the first start may take, the making of a database included, in milliseconds. */
const START_MS = 120_000;
/** How long an orderly stop may take, in milliseconds. */
const STOP_MS = 30_000;

/** A program that runs. */
export interface RunningServer {
  /** Where its pages are, without a slash at the end. */
  url: string;
  /** The folder of its data. */
  data: string;
  /** Stops it and removes its data. */
  stop: () => Promise<void>;
}

/** Starts `open-meeting dev`, with these settings, and waits until it is ready. */
export async function startServer(settings: Record<string, string> = {}): Promise<RunningServer> {
  const binary = process.env["OPEN_MEETING_BIN"] ?? join(ROOT, "target/debug/open-meeting");
  if (!existsSync(binary))
    throw new Error(`${binary} is not there: build it with \`cargo build -p open-meeting\``);
  const web = join(ROOT, "apps/web/dist");
  if (!existsSync(join(web, "index.html")))
    throw new Error(`${web} is not there: build it with \`npm run build\``);

  const data = await mkdtemp(join(tmpdir(), "open-meeting-e2e-"));
  // Started by root, the databases run as another user, who has to get there.
  await chmod(data, 0o755);
  const port = await freeTcpPort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    binary,
    [
      "dev",
      "--port",
      String(port),
      "--media-port",
      String(await freeMediaPort()),
      "--data",
      data,
      "--web",
      web,
    ],
    {
      cwd: ROOT,
      env: {
        ...process.env,
        OPEN_MEETING__MEDIA__WORKERS: "1",
        // Everybody in these tests comes from one address.
        OPEN_MEETING__LIMITS__REGISTER_BURST: "10000",
        OPEN_MEETING__LIMITS__LOGIN_ADDRESS_BURST: "10000",
        OPEN_MEETING__LIMITS__REFRESH_BURST: "10000",
        OPEN_MEETING__LIMITS__PASSWORD_RESET_BURST: "10000",
        // Receivers of webhooks are part of the tests, on this machine.
        OPEN_MEETING__WEBHOOKS__ALLOW_HTTP: "true",
        OPEN_MEETING__WEBHOOKS__ALLOW_PRIVATE_TARGETS: "true",
        ...settings,
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => output.push(text));
  }
  const stop = async (): Promise<void> => {
    await stopChild(child);
    const log = process.env["OPEN_MEETING_E2E_LOG"];
    if (log) await writeFile(log, output.join(""));
    await rm(data, { recursive: true, force: true });
  };
  try {
    await untilReady(url, child, output);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, data, stop };
}

async function untilReady(url: string, child: ChildProcess, output: string[]): Promise<void> {
  const end = Date.now() + START_MS;
  while (Date.now() < end) {
    if (child.exitCode !== null)
      throw new Error(`the program ended with ${child.exitCode}:\n${output.join("")}`);
    const ready = await fetch(`${url}/ready`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    await pause(200);
  }
  throw new Error(`the program was not ready in time:\n${output.join("")}`);
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  await exited;
  clearTimeout(timer);
}

/** A port that is free now. */
export async function freeTcpPort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}

/** A port that is free for UDP and TCP. */
async function freeMediaPort(): Promise<number> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const port = await freeTcpPort();
    const socket = createSocket("udp4");
    const free = await new Promise<boolean>((done) => {
      socket.once("error", () => done(false));
      socket.bind(port, "0.0.0.0", () => done(true));
    });
    socket.close();
    if (free) return port;
  }
  throw new Error("no free port for media");
}
