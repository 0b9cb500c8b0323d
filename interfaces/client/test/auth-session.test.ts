// One renewal at a time, in one tab and over several.
import { beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../src/rest/api-error.ts";
import { AuthSession, type Granted, type TabChannel } from "../src/rest/auth-session.ts";
import type { User } from "../src/rest/types.ts";
import { settle } from "./fakes.ts";

const USER = { id: "u", username: "ada", nickname: "Ada" } as User;
let now = 0;
beforeEach(() => {
  now = 0;
});

function granted(csrfToken: string): Granted {
  return { csrfToken, expiresIn: 900, user: USER };
}

/** Tabs of one browser: a lock and a channel that they share. */
function browser() {
  let queue: Promise<unknown> = Promise.resolve();
  const channels: TabChannel[] = [];
  let hint = false;
  return {
    hint: {
      get: () => hint,
      set: (present: boolean) => {
        hint = present;
      },
    },
    tab(refresh: () => Promise<Granted>) {
      const channel: TabChannel = {
        onMessage: null,
        post: (message) => {
          for (const other of channels) if (other !== channel) other.onMessage?.(message);
        },
      };
      channels.push(channel);
      return new AuthSession({
        refresh,
        channel,
        hint: this.hint,
        now: () => now,
        exclusively: <T>(task: () => Promise<T>) => {
          const turn = queue.then(task);
          queue = turn.catch(() => undefined);
          return turn;
        },
      });
    },
  };
}

const unauthorised = new ApiError({ status: 401, type: "auth.session_ended", message: "over" });

describe("restoring", () => {
  it("asks nothing when nobody was signed in here", async () => {
    const refresh = vi.fn();
    const session = browser().tab(refresh);
    await session.restore();
    expect(refresh).not.toHaveBeenCalled();
    expect(session.state.get()).toEqual({ status: "signed-out", reason: "initial" });
  });

  it("finds a session that is there, and says so when it is over", async () => {
    const one = browser();
    one.hint.set(true);
    const session = one.tab(() => Promise.resolve(granted("a")));
    await session.restore();
    expect(session.state.get()).toEqual({ status: "signed-in", user: USER });
    expect(await session.csrfToken()).toBe("a");

    const two = browser();
    two.hint.set(true);
    const ended = two.tab(() => Promise.reject(unauthorised));
    await ended.restore();
    expect(ended.state.get()).toEqual({ status: "signed-out", reason: "initial" });
    expect(two.hint.get()).toBe(false);
  });

  it("can be tried again when the server cannot be reached", async () => {
    const one = browser();
    one.hint.set(true);
    const refresh = vi.fn(() => Promise.resolve(granted("a")));
    refresh.mockRejectedValueOnce(ApiError.unreachable(null));
    const session = one.tab(refresh);
    await session.restore();
    expect(session.state.get()).toMatchObject({ status: "unreachable", error: { status: 0 } });
    expect(one.hint.get()).toBe(true);
    await session.restore();
    expect(session.state.get().status).toBe("signed-in");
  });
});

describe("renewing", () => {
  it("happens once for many calls at the same time", async () => {
    const refresh = vi.fn(() => Promise.resolve(granted("b")));
    const session = browser().tab(refresh);
    session.signedIn(granted("a"));
    now = 880_000;
    const tokens = await Promise.all([session.csrfToken(), session.csrfToken(), session.renew("a")]);
    expect(tokens).toEqual(["b", "b", "b"]);
    expect(refresh).toHaveBeenCalledOnce();
  });

  it("is not needed while the token is fresh, or when a newer one is there already", async () => {
    const refresh = vi.fn(() => Promise.resolve(granted("b")));
    const session = browser().tab(refresh);
    session.signedIn(granted("a"));
    now = 860_000;
    expect(await session.csrfToken()).toBe("a");
    expect(await session.renew("older")).toBe("a");
    expect(refresh).not.toHaveBeenCalled();
  });

  it("happens once over several tabs", async () => {
    const one = browser();
    const refresh = vi.fn(() => Promise.resolve(granted(`token-${refresh.mock.calls.length}`)));
    const first = one.tab(refresh);
    const second = one.tab(refresh);
    first.signedIn(granted("a"));
    expect(await second.csrfToken()).toBe("a");
    const tokens = await Promise.all([first.renew("a"), second.renew("a")]);
    expect(tokens).toEqual(["token-1", "token-1"]);
    expect(refresh).toHaveBeenCalledOnce();
  });

  it("ends the session in every tab when the server refuses", async () => {
    const one = browser();
    const first = one.tab(() => Promise.reject(unauthorised));
    first.signedIn(granted("a"));
    expect(await first.renew("a")).toBeNull();
    expect(first.state.get()).toEqual({ status: "signed-out", reason: "ended", cause: "auth.session_ended" });
  });

  it("keeps the session when the server cannot be reached", async () => {
    const session = browser().tab(() => Promise.reject(ApiError.unreachable(null)));
    session.signedIn(granted("a"));
    await expect(session.renew("a")).rejects.toMatchObject({ type: "network.unreachable" });
    expect(session.state.get().status).toBe("signed-in");
    expect(await session.csrfToken()).toBe("a");
  });

  it("cannot undo a sign-out that happens meanwhile", async () => {
    let finish: (granted: Granted) => void = () => undefined;
    const refresh = () => new Promise<Granted>((resolve) => (finish = resolve));
    const session = browser().tab(refresh);
    session.signedIn(granted("a"));
    const renewed = session.renew("a");
    await settle();
    session.signedOut();
    finish(granted("b"));
    expect(await renewed).toBeNull();
    expect(session.state.get()).toEqual({ status: "signed-out", reason: "left" });
    expect(await session.csrfToken()).toBeNull();
  });
});

it("signs out of all tabs", () => {
  const one = browser();
  const first = one.tab(vi.fn());
  const second = one.tab(vi.fn());
  first.signedIn(granted("a"));
  expect(second.state.get().status).toBe("signed-in");
  second.signedOut();
  expect(first.state.get()).toEqual({ status: "signed-out", reason: "left" });
});

it("shows a changed profile in all tabs of the same person", () => {
  const one = browser();
  const [first, second] = [one.tab(vi.fn()), one.tab(vi.fn())];
  first.signedIn(granted("a"));
  second.profileChanged({ ...USER, nickname: "Countess" });
  expect(first.state.get()).toMatchObject({ user: { nickname: "Countess" } });
  second.profileChanged({ ...USER, id: "other", nickname: "Somebody" });
  expect(first.state.get()).toMatchObject({ user: { nickname: "Countess" } });
});
