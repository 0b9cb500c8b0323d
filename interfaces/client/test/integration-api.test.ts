// The REST calls about API keys and webhooks: what is sent, and what of the answer is handed on.
import { describe, expect, it } from "vitest";
import { setUp, signedIn, success } from "./server.ts";

async function signedInWith(routes: Parameters<typeof setUp>[0]) {
  const all = setUp({ "POST /login": () => signedIn("t1"), ...routes });
  await all.api.signIn("ada", "secret");
  all.requests.length = 0;
  return all;
}

describe("API keys", () => {
  it("are listed page by page, made, and revoked", async () => {
    const page = { items: [{ id: "k1" }], next_cursor: "c" };
    const { api, requests } = await signedInWith({
      "GET /admin/api-keys": () => success(page),
      "POST /admin/api-keys": () => success({ api_key: { id: "k2" }, key: "om_secret" }, 201),
      "DELETE /admin/api-keys/k2": () => success({ api_key: { id: "k2", revoked_at: "now" } }),
    });
    expect(await api.integration.listApiKeys({ limit: 5, cursor: "b" })).toEqual(page);
    expect(new URL(requests[0]?.url ?? "").search).toBe("?limit=5&cursor=b");
    const body = { name: "CRM", scopes: ["rooms:read"] };
    expect(await api.integration.createApiKey(body)).toEqual({ api_key: { id: "k2" }, key: "om_secret" });
    expect(await requests[1]?.json()).toEqual(body);
    expect(await api.integration.revokeApiKey("k2")).toEqual({ id: "k2", revoked_at: "now" });
    expect(requests.map((request) => request.headers.get("x-csrf-token"))).toEqual(["t1", "t1", "t1"]);
  });
});

describe("webhooks", () => {
  it("are registered, changed, read and deleted", async () => {
    const { api, requests } = await signedInWith({
      "GET /webhooks": () => success({ items: [], next_cursor: null }),
      "POST /webhooks": () => success({ webhook: { id: "w" }, secret: "whsec_x" }, 201),
      "GET /webhooks/w": () => success({ webhook: { id: "w" } }),
      "PUT /webhooks/w": () => success({ webhook: { id: "w", enabled: true } }),
      "DELETE /webhooks/w": () => success({}),
    });
    expect(await api.integration.listWebhooks({})).toEqual({ items: [], next_cursor: null });
    const body = { url: "https://example.org/hook", events: ["*"] };
    expect(await api.integration.createWebhook(body)).toEqual({ webhook: { id: "w" }, secret: "whsec_x" });
    expect(await api.integration.readWebhook("w")).toEqual({ id: "w" });
    expect(await api.integration.changeWebhook("w", { enabled: true })).toEqual({ id: "w", enabled: true });
    await api.integration.deleteWebhook("w");
    expect(await requests[1]?.json()).toEqual(body);
    expect(await requests[3]?.json()).toEqual({ enabled: true });
  });

  it("are tried out, and what was told is listed and told again", async () => {
    const delivery = { id: "d", status: "pending" };
    const { api, requests } = await signedInWith({
      "POST /webhooks/w/test": () => success({ delivery }, 201),
      "GET /webhooks/w/deliveries": () => success({ items: [delivery], next_cursor: null }),
      "POST /webhooks/w/deliveries/d/redeliver": () => success({ delivery }),
    });
    expect(await api.integration.testWebhook("w")).toEqual(delivery);
    expect((await api.integration.listDeliveries("w", { status: "failed" })).items).toEqual([delivery]);
    expect(new URL(requests[1]?.url ?? "").search).toBe("?status=failed");
    expect(await api.integration.redeliver("w", "d")).toEqual(delivery);
  });
});
