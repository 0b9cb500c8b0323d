// Remembers for this tab that a call is going on, so that a reload leads back into it; and the pass by which a guest is
// known again.
import type { GuestPass } from "@open-meeting/client/room";

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

/** Where the pass of a guest of this meeting is kept. */
export function guestPass(code: string): GuestPass {
  const name = `open-meeting.guest.${code}`;
  return {
    load: () => {
      try {
        return sessionStorage.getItem(name);
      } catch {
        return null;
      }
    },
    save: (pass) => {
      try {
        sessionStorage.setItem(name, pass);
      } catch {
        // The guest is somebody new after a reload, then.
      }
    },
  };
}
