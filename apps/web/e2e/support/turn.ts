// A TURN server (Debian's coturn) of a test's own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freeTcpPort } from "./server.ts";

/** How long the start may take, in milliseconds. */
const START_MS = 30_000;

/** A TURN server that runs. */
export interface RunningTurnServer {
  port: number;
  stop: () => Promise<void>;
}

/** Starts one at `address`, which relays from there to there, for whoever has a login made from `secret`. */
export async function startTurnServer(address: string, secret: string): Promise<RunningTurnServer> {
  const port = await freeTcpPort();
  const folder = await mkdtemp(join(tmpdir(), "open-meeting-turn-"));
  const child = spawn(
    "turnserver",
    [
      "-n",
      "--use-auth-secret",
      `--static-auth-secret=${secret}`,
      "--realm=example.org",
      `--listening-ip=${address}`,
      `--relay-ip=${address}`,
      `--listening-port=${port}`,
      "--no-udp",
      "--no-tls",
      "--no-dtls",
      "--no-cli",
      "--log-file=stdout",
      `--pidfile=${join(folder, "pid")}`,
      `--userdb=${join(folder, "users")}`,
    ],
    { stdio: "ignore" },
  );
  const ended = once(child, "exit");
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const end = Date.now() + START_MS;
  while (Date.now() < end && child.exitCode === null) {
    if (await accepts(address, port)) return { port, stop };
    await pause(20);
  }
  await stop();
  throw new Error("the TURN server did not start: is coturn installed?");
}

function accepts(address: string, port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, address);
    socket.once("connect", () => {
      socket.destroy();
      done(true);
    });
    socket.once("error", () => done(false));
  });
}
