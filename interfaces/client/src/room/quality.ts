// From WebRTC statistics to a word that people understand.

/** How well media flows. `unknown` before the first measurement. */
export type Quality = "unknown" | "good" | "fair" | "poor";

/** Running totals of one direction of one track, from an `RTCStatsReport`. */
export interface Totals {
  /** Packets that arrived. */
  received: number;
  /** Packets that did not. */
  lost: number;
  /** Seconds (RFC 3550 jitter). */
  jitter: number;
}

/** What happened between two measurements. */
export interface Flow {
  /** Share of lost packets, 0 to 1; null when nothing was sent. */
  loss: number | null;
  /** Seconds. */
  jitter: number;
  /** Seconds; null when not known. */
  roundTrip: number | null;
}

/** The flow between two totals. */
export function flowBetween(before: Totals | undefined, now: Totals, roundTrip: number | null): Flow {
  const received = now.received - (before?.received ?? 0);
  const lost = Math.max(0, now.lost - (before?.lost ?? 0));
  const sent = received + lost;
  return { loss: sent > 0 ? lost / sent : null, jitter: now.jitter, roundTrip };
}

/** Judges a flow: video with FEC-less VP8 suffers visibly from 3 % of loss, speech from about 10 %. */
export function judge(flow: Flow): Quality {
  if (flow.loss === null) return "unknown";
  const roundTrip = flow.roundTrip ?? 0;
  if (flow.loss > 0.1 || flow.jitter > 0.1 || roundTrip > 0.8) return "poor";
  if (flow.loss > 0.03 || flow.jitter > 0.05 || roundTrip > 0.4) return "fair";
  return "good";
}

const ORDER: readonly Quality[] = ["unknown", "good", "fair", "poor"];

/** The worst of several. */
export function worst(qualities: Iterable<Quality>): Quality {
  let result: Quality = "unknown";
  for (const quality of qualities) {
    if (ORDER.indexOf(quality) > ORDER.indexOf(result)) result = quality;
  }
  return result;
}

/** Totals of every received track, by track id. */
export function inboundTotals(report: Iterable<[string, unknown]>): Map<string, Totals> {
  const totals = new Map<string, Totals>();
  for (const [, entry] of report) {
    const stats = entry as Record<string, unknown>;
    if (stats["type"] !== "inbound-rtp" || typeof stats["trackIdentifier"] !== "string") continue;
    totals.set(stats["trackIdentifier"], {
      received: numberOf(stats["packetsReceived"]) ?? 0,
      lost: numberOf(stats["packetsLost"]) ?? 0,
      jitter: numberOf(stats["jitter"]) ?? 0,
    });
  }
  return totals;
}

/** Round trip of the selected candidate pair in seconds. */
export function roundTripOf(report: Iterable<[string, unknown]>): number | null {
  for (const [, entry] of report) {
    const stats = entry as Record<string, unknown>;
    if (stats["type"] === "candidate-pair" && stats["nominated"] === true) {
      const roundTrip = numberOf(stats["currentRoundTripTime"]);
      if (roundTrip !== null) return roundTrip;
    }
  }
  return null;
}

/** What the server reports of the tracks that are sent from here. */
export function outboundFlows(report: Iterable<[string, unknown]>): Flow[] {
  const flows: Flow[] = [];
  for (const [, entry] of report) {
    const stats = entry as Record<string, unknown>;
    if (stats["type"] !== "remote-inbound-rtp") continue;
    flows.push({
      loss: numberOf(stats["fractionLost"]),
      jitter: stats["kind"] === "audio" ? (numberOf(stats["jitter"]) ?? 0) : 0,
      roundTrip: numberOf(stats["roundTripTime"]),
    });
  }
  return flows;
}

function numberOf(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
