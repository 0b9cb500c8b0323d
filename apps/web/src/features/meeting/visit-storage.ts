// Remembers for this tab that a call is going on, so that a reload leads back into it.

const key = (code: string): string => `open-meeting.call.${code}`;

/** The name under which this tab is in the call, or null. */
export function rememberedVisit(code: string): string | null {
  try {
    return sessionStorage.getItem(key(code));
  } catch {
    return null;
  }
}

export function rememberVisit(code: string, displayName: string): void {
  try {
    sessionStorage.setItem(key(code), displayName);
  } catch {
    // A reload begins at the door, then.
  }
}

export function forgetVisit(code: string): void {
  try {
    sessionStorage.removeItem(key(code));
  } catch {
    // Nothing was remembered.
  }
}
