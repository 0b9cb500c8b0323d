// What a page receives and sends, from the browser's own statistics. The hook lives in the test, not in the product.
import type { Page } from "@playwright/test";

/** One received track. */
export interface Inbound {
  kind: "audio" | "video";
  trackId: string;
  framesDecoded: number;
  frameWidth: number;
  frameHeight: number;
  totalAudioEnergy: number;
}

/** One sent encoding. */
export interface Outbound {
  kind: "audio" | "video";
  rid: string | null;
  framesEncoded: number;
  packetsSent: number;
}

declare global {
  interface Window {
    /** Every peer connection that the page has made. */
    testPeerConnections?: RTCPeerConnection[];
  }
}

/** To be called before the page is loaded. */
export async function watchPeerConnections(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const made: RTCPeerConnection[] = [];
    window.testPeerConnections = made;
    window.RTCPeerConnection = new Proxy(window.RTCPeerConnection, {
      construct: (target, parameters, newTarget) => {
        const connection = Reflect.construct(target, parameters, newTarget) as RTCPeerConnection;
        made.push(connection);
        return connection;
      },
    });
  });
}

/** Everything that the page receives now. */
export function inbound(page: Page): Promise<Inbound[]> {
  return page.evaluate(async () => {
    const found: Inbound[] = [];
    for (const connection of window.testPeerConnections ?? []) {
      if (connection.connectionState === "closed") continue;
      for (const entry of (await connection.getStats()).values() as Iterable<Record<string, unknown>>) {
        if (entry["type"] !== "inbound-rtp") continue;
        found.push({
          kind: entry["kind"] as "audio" | "video",
          trackId: String(entry["trackIdentifier"]),
          framesDecoded: Number(entry["framesDecoded"] ?? 0),
          frameWidth: Number(entry["frameWidth"] ?? 0),
          frameHeight: Number(entry["frameHeight"] ?? 0),
          totalAudioEnergy: Number(entry["totalAudioEnergy"] ?? 0),
        });
      }
    }
    return found;
  });
}

/** Everything that the page sends now. */
export function outbound(page: Page): Promise<Outbound[]> {
  return page.evaluate(async () => {
    const found: Outbound[] = [];
    for (const connection of window.testPeerConnections ?? []) {
      if (connection.connectionState === "closed") continue;
      for (const entry of (await connection.getStats()).values() as Iterable<Record<string, unknown>>) {
        if (entry["type"] !== "outbound-rtp") continue;
        found.push({
          kind: entry["kind"] as "audio" | "video",
          rid: typeof entry["rid"] === "string" ? entry["rid"] : null,
          framesEncoded: Number(entry["framesEncoded"] ?? 0),
          packetsSent: Number(entry["packetsSent"] ?? 0),
        });
      }
    }
    return found;
  });
}

/** How many peer connections of the page are not closed. */
export function openConnections(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      (window.testPeerConnections ?? []).filter((connection) => connection.connectionState !== "closed")
        .length,
  );
}

/** How the page's peer connections leave: the kind of each local candidate in use, and over what a relay is reached. */
export function localCandidates(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const found: string[] = [];
    for (const connection of window.testPeerConnections ?? []) {
      if (connection.connectionState !== "connected") continue;
      const stats = await connection.getStats();
      for (const entry of stats.values() as Iterable<Record<string, unknown>>) {
        if (entry["type"] !== "transport") continue;
        const pair = stats.get(String(entry["selectedCandidatePairId"])) as
          Record<string, unknown> | undefined;
        const local = stats.get(String(pair?.["localCandidateId"])) as Record<string, unknown> | undefined;
        if (!local) continue;
        found.push(
          local["candidateType"] === "relay"
            ? `relay over ${String(local["relayProtocol"])}`
            : String(local["candidateType"]),
        );
      }
    }
    return found;
  });
}
