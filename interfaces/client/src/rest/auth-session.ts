// Who is signed in. Access and refresh token stay in HttpOnly cookies that scripts cannot read; what is kept here is the
// token that proves that a page of ours is asking, and until when the access token beside it is good.
import { Store, type ReadableStore } from "../store.ts";
import { ApiError } from "./api-error.ts";
import type { User } from "./types.ts";

/** Whether somebody is signed in. `unknown` until {@link AuthSession.restore} has asked the server. */
export type AuthState =
  | { status: "unknown" }
  /** The server could not be asked; {@link AuthSession.restore} may be tried again. */
  | { status: "unreachable"; error: unknown }
  | { status: "signed-out"; reason: "initial" | "left" }
  /** The server ended it; `cause` is the type of its answer, such as `auth.banned`. */
  | { status: "signed-out"; reason: "ended"; cause: string }
  /** The account will be deleted at `purgeAt` (RFC 3339) unless its owner signs in before. */
  | { status: "signed-out"; reason: "closed"; purgeAt: string }
  /** `reopened`: by signing in, an account was kept that this page had just had closed. */
  | { status: "signed-in"; user: User; reopened?: boolean };

/** What a login or a refresh grants. */
export interface Granted {
  /** Goes with every call that changes something; another one with each grant. */
  csrfToken: string;
  /** Lifetime of the access token in its cookie, in seconds. */
  expiresIn: number;
  /** Whose it is. */
  user: User;
}

/** What {@link AuthSession} needs from its surroundings; the browser's own when left out. */
export interface AuthSessionOptions {
  /** Exchanges the refresh cookie for new tokens. Throws {@link ApiError} with status 401 when the session is over. */
  refresh: () => Promise<Granted>;
  /** Runs `task` while no other tab runs one under the same name. */
  exclusively?: <T>(task: () => Promise<T>) => Promise<T>;
  /** Tells the other tabs; what they tell comes to `onMessage`. */
  channel?: TabChannel;
  /** A hint, kept over restarts, that a refresh cookie may be there. */
  hint?: { get(): boolean; set(present: boolean): void };
  /** Milliseconds since the epoch. */
  now?: () => number;
}

/** A line to the other tabs of the same origin. */
export interface TabChannel {
  /** Sends to all other tabs. */
  post(message: TabMessage): void;
  /** Called with what another tab sent. */
  onMessage: ((message: TabMessage) => void) | null;
}

/** What tabs tell each other. */
export type TabMessage =
  | { type: "granted"; granted: Granted; expiresAt: number }
  | { type: "profile-changed"; user: User }
  | { type: "signed-out" };

/** The tokens are renewed when they have less than this left, in milliseconds. */
const RENEW_BEFORE_MS = 30_000;

/** How the server says that a refresh cookie is good for nothing any more, for no special cause. */
const EXPECTED_ENDS = ["auth.required", "auth.session_ended"];

/**
 * Keeps the CSRF token, and renews the access token in its cookie together with it. Renewals are single-flight: within a tab they share one promise, over tabs
 * they queue under a lock, and a tab that finds a newer token when its turn comes uses that one.
 */
export class AuthSession {
  private readonly options: Required<AuthSessionOptions>;
  private readonly store = new Store<AuthState>({ status: "unknown" });
  private token: { value: string; expiresAt: number } | null = null;
  private flight: Promise<string | null> | null = null;
  /** Whose account was closed on this page last. */
  private closedUser: string | null = null;
  /** Grows with every sign-in and sign-out, so that a renewal that was under way cannot undo them. */
  private epoch = 0;

  constructor(options: AuthSessionOptions) {
    this.options = {
      exclusively: browserLock,
      channel: browserChannel(),
      hint: browserHint,
      now: () => Date.now(),
      ...options,
    };
    this.options.channel.onMessage = (message) => {
      if (message.type === "granted") {
        this.token = { value: message.granted.csrfToken, expiresAt: message.expiresAt };
        this.store.set({ status: "signed-in", user: message.granted.user });
      } else if (message.type === "profile-changed") {
        this.show(message.user);
      } else {
        this.forget({ status: "signed-out", reason: "left" });
      }
    };
  }

  /** Whether somebody is signed in. */
  get state(): ReadableStore<AuthState> {
    return this.store;
  }

  /** Finds out at the start of the page whether a session is there. Never throws: {@link state} tells. */
  async restore(): Promise<void> {
    const open = (): boolean => ["unknown", "unreachable"].includes(this.store.get().status);
    if (!open()) return;
    if (this.options.hint.get()) {
      try {
        await this.renew(null);
      } catch (error) {
        if (open()) this.store.set({ status: "unreachable", error });
        return;
      }
    }
    if (open()) this.store.set({ status: "signed-out", reason: "initial" });
  }

  /** Takes over what a login granted. */
  signedIn(granted: Granted): void {
    this.epoch += 1;
    const reopened = this.closedUser === granted.user.id;
    this.closedUser = null;
    this.accept(granted, reopened);
  }

  /** Replaces the user that is shown, here and in the other tabs, after a change of the profile. */
  profileChanged(user: User): void {
    this.show(user);
    this.options.channel.post({ type: "profile-changed", user });
  }

  /** Forgets everything, here and in the other tabs. */
  signedOut(): void {
    this.forget({ status: "signed-out", reason: "left" });
    this.options.channel.post({ type: "signed-out" });
  }

  /** Forgets everything after the account was closed. */
  closed(purgeAt: string): void {
    const state = this.store.get();
    this.closedUser = state.status === "signed-in" ? state.user.id : null;
    this.forget({ status: "signed-out", reason: "closed", purgeAt });
    this.options.channel.post({ type: "signed-out" });
  }

  /** The server ended the session, for the cause that it gave as the type of its answer. */
  refused(cause: string): void {
    this.forget({ status: "signed-out", reason: "ended", cause });
  }

  /** A token with enough life left for a call, or null when nobody is signed in. */
  async csrfToken(): Promise<string | null> {
    if (this.token === null) return this.flight;
    if (this.token.expiresAt - this.options.now() > RENEW_BEFORE_MS) return this.token.value;
    return this.renew(this.token.value);
  }

  /**
   * Gets a new token in place of `stale`. Returns null when the session is over.
   * @throws {@link ApiError} when the server cannot be reached; the session is kept then.
   */
  renew(stale: string | null): Promise<string | null> {
    if (this.token !== null && this.token.value !== stale) return Promise.resolve(this.token.value);
    this.flight ??= this.options
      .exclusively(() => this.renewAlone(stale))
      .finally(() => {
        this.flight = null;
      });
    return this.flight;
  }

  private async renewAlone(stale: string | null): Promise<string | null> {
    // Another tab may have renewed while this one waited for the lock.
    if (this.token !== null && this.token.value !== stale) return this.token.value;
    const epoch = this.epoch;
    try {
      const granted = await this.options.refresh();
      if (epoch !== this.epoch) return this.token?.value ?? null;
      this.accept(granted);
      return granted.csrfToken;
    } catch (error) {
      const over = error instanceof ApiError && (error.status === 401 || error.status === 403);
      if (!over) throw error;
      if (epoch === this.epoch) this.refused(error.type);
      return null;
    }
  }

  private show(user: User): void {
    const state = this.store.get();
    // Another tab may be about somebody else by now.
    if (state.status === "signed-in" && state.user.id === user.id)
      this.store.set({ status: "signed-in", user });
  }

  private accept(granted: Granted, reopened = false): void {
    const expiresAt = this.options.now() + granted.expiresIn * 1000;
    this.token = { value: granted.csrfToken, expiresAt };
    this.options.hint.set(true);
    this.store.set({ status: "signed-in", user: granted.user, ...(reopened ? { reopened } : {}) });
    this.options.channel.post({ type: "granted", granted, expiresAt });
  }

  private forget(state: AuthState & { status: "signed-out" }): void {
    this.epoch += 1;
    const wasSignedIn = this.store.get().status === "signed-in";
    // Whoever comes back after a ban wants to know of it; that an old session is over is nothing to tell.
    const remarkable = state.reason === "ended" && !EXPECTED_ENDS.includes(state.cause);
    this.token = null;
    this.options.hint.set(false);
    this.store.set(wasSignedIn || remarkable ? state : { status: "signed-out", reason: "initial" });
  }
}

const NAME = "open-meeting.session";

function browserLock<T>(task: () => Promise<T>): Promise<T> {
  // Web Locks need a secure context; without one each tab stands alone and the server's grace period covers it.
  if (typeof navigator === "undefined" || !("locks" in navigator)) return task();
  return navigator.locks.request(NAME, task) as Promise<T>;
}

function browserChannel(): TabChannel {
  if (typeof BroadcastChannel === "undefined") return { post: () => undefined, onMessage: null };
  const channel = new BroadcastChannel(NAME);
  const line: TabChannel = { post: (message) => channel.postMessage(message), onMessage: null };
  channel.onmessage = (event: MessageEvent<TabMessage>) => line.onMessage?.(event.data);
  return line;
}

const browserHint = {
  get: () => {
    try {
      return localStorage.getItem(NAME) === "1";
    } catch {
      return true;
    }
  },
  set: (present: boolean) => {
    try {
      if (present) localStorage.setItem(NAME, "1");
      else localStorage.removeItem(NAME);
    } catch {
      // Storage is switched off: the next start asks the server.
    }
  },
};
