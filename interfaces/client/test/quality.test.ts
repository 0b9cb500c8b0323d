// From statistics to words, and from sizes to layers.
import { describe, expect, it } from "vitest";
import { flowBetween, inboundTotals, judge, outboundFlows, roundTripOf, worst } from "../src/room/quality.ts";
import { layerForHeight, planFor } from "../src/room/view-plan.ts";

const flow = (change: object) => ({ loss: 0, jitter: 0.01, roundTrip: 0.05, ...change });

describe("quality", () => {
  it.each([
    [{}, "good"],
    [{ loss: 0.03 }, "good"],
    [{ loss: 0.031 }, "fair"],
    [{ loss: 0.11 }, "poor"],
    [{ jitter: 0.06 }, "fair"],
    [{ jitter: 0.2 }, "poor"],
    [{ roundTrip: 0.5 }, "fair"],
    [{ roundTrip: 0.9 }, "poor"],
    [{ roundTrip: null }, "good"],
    [{ loss: null }, "unknown"],
  ])("of %o is %s", (change, quality) => {
    expect(judge(flow(change))).toBe(quality);
  });

  it("is measured between two totals, not since the beginning", () => {
    const before = { received: 1000, lost: 500, jitter: 0.5 };
    const now = { received: 1095, lost: 505, jitter: 0.01 };
    expect(flowBetween(before, now, 0.1)).toEqual({ loss: 0.05, jitter: 0.01, roundTrip: 0.1 });
    expect(flowBetween(now, now, null).loss).toBeNull();
    // Late packets make the count of lost ones fall.
    expect(
      flowBetween({ received: 0, lost: 5, jitter: 0 }, { received: 10, lost: 3, jitter: 0 }, null).loss,
    ).toBe(0);
  });

  it("of several is the worst", () => {
    expect(worst(["good", "unknown", "poor", "fair"])).toBe("poor");
    expect(worst([])).toBe("unknown");
  });

  it("is read from the browser's reports", () => {
    const report: [string, unknown][] = [
      ["1", { type: "inbound-rtp", trackIdentifier: "t", packetsReceived: 10, packetsLost: 1, jitter: 0.02 }],
      ["2", { type: "inbound-rtp", packetsReceived: 10 }],
      ["3", { type: "candidate-pair", nominated: false, currentRoundTripTime: 9 }],
      ["4", { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.04 }],
      [
        "5",
        { type: "remote-inbound-rtp", kind: "audio", fractionLost: 0.2, jitter: 0.01, roundTripTime: 0.03 },
      ],
    ];
    expect([...inboundTotals(report)]).toEqual([["t", { received: 10, lost: 1, jitter: 0.02 }]]);
    expect(roundTripOf(report)).toBe(0.04);
    expect(outboundFlows(report)).toEqual([{ loss: 0.2, jitter: 0.01, roundTrip: 0.03 }]);
    expect(roundTripOf([])).toBeNull();
  });
});

describe("layers", () => {
  it("grow with the picture", () => {
    expect([90, 220, 221, 420, 421, 2000].map(layerForHeight)).toEqual([0, 0, 1, 1, 2, 2]);
  });

  it("are asked for only when the picture is on the screen", () => {
    const tiles = [{ userId: "a", source: "camera", height: 100 } as const];
    expect(planFor(tiles, "a", "camera")).toEqual({ spatialLayer: 0 });
    expect(planFor(tiles, "a", "screen")).toBeNull();
    expect(planFor(tiles, "b", "camera")).toBeNull();
    expect(planFor(null, "b", "camera")).toEqual({ spatialLayer: 1 });
  });
});
