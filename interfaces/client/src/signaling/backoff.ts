// How long to wait before the next attempt.

/** Bounds of the waiting times, in milliseconds. */
export interface BackoffOptions {
  /** The first attempt waits at most this long. */
  firstMs: number;
  /** No attempt waits longer. */
  maxMs: number;
  /** After so many attempts there is no further one. */
  attempts: number;
}

/** Good for a person who watches: quick at first, about two minutes in all. */
export const DEFAULT_BACKOFF: BackoffOptions = { firstMs: 400, maxMs: 10_000, attempts: 16 };

/**
 * Milliseconds to wait before attempt `attempt` (counted from 1), or null when it is time to give up. Doubles with each
 * attempt; the upper half is random, so that clients that lost the same server do not come back at the same moment.
 */
export function backoffDelay(
  attempt: number,
  options: BackoffOptions = DEFAULT_BACKOFF,
  random: () => number = Math.random,
): number | null {
  if (attempt > options.attempts) return null;
  const ceiling = Math.min(options.maxMs, options.firstMs * 2 ** (attempt - 1));
  return Math.round(ceiling / 2 + (ceiling / 2) * random());
}
