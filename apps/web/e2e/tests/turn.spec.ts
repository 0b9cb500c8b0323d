// Where a network lets no UDP through: everything goes through a TURN server over TCP, with a login that the server made.
import { expect, test } from "@playwright/test";
import { networkInterfaces } from "node:os";
import { Person } from "../support/person.ts";
import { startServer } from "../support/server.ts";
import { localCandidates } from "../support/stats.ts";
import { startTurnServer } from "../support/turn.ts";

/** An address of this machine that other machines know: a TURN server relays to no loopback address. */
function ownAddress(): string | null {
  const all = Object.values(networkInterfaces()).flat();
  return all.find((each) => each?.family === "IPv4" && !each.internal)?.address ?? null;
}

test("two people see each other through a TURN server when UDP is blocked", async ({ browser }) => {
  const address = ownAddress();
  test.skip(address === null, "this machine has no address but its own loopback");
  const secret = "only we and the TURN server know";
  const turn = await startTurnServer(address ?? "", secret);
  const servers = `[{urls = ["turn:${address}:${turn.port}?transport=tcp"], secret = "${secret}"}]`;
  const server = await startServer({ OPEN_MEETING__ICE__SERVERS: servers });
  const before = process.env["OPEN_MEETING_BASE_URL"];
  process.env["OPEN_MEETING_BASE_URL"] = server.url;
  try {
    const ada = await Person.signedIn(browser, "Ada");
    const bob = await Person.signedIn(browser, "Bob");
    for (const person of [ada, bob]) {
      // Neither datagrams nor the media ports themselves can be reached from here.
      await person.page.addInitScript(() => {
        window.RTCPeerConnection = new Proxy(window.RTCPeerConnection, {
          construct: (target, [configuration], newTarget) =>
            Reflect.construct(
              target,
              [{ ...(configuration as RTCConfiguration), iceTransportPolicy: "relay" }],
              newTarget,
            ) as RTCPeerConnection,
        });
      });
    }
    const code = await ada.makeMeeting("Behind a wall");
    await ada.join(code);
    await bob.join(code);
    await ada.expectPicture(ada.tileOf(bob));
    await bob.expectPicture(bob.tileOf(ada));
    for (const person of [ada, bob]) {
      const used = await localCandidates(person.page);
      expect(used.length).toBeGreaterThan(0);
      expect(new Set(used)).toEqual(new Set(["relay over tcp"]));
      await person.context.close();
    }
  } finally {
    process.env["OPEN_MEETING_BASE_URL"] = before;
    await server.stop();
    await turn.stop();
  }
});
