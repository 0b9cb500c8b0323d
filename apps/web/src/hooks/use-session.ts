// Who is signed in.
import type { AuthState, User } from "@open-meeting/client";
import { api } from "../app/api.ts";
import { useStore } from "./use-store.ts";

/** Whether somebody is signed in. */
export function useSession(): AuthState {
  return useStore(api.session.state);
}

/** The signed-in person; null for guests. */
export function useMaybeUser(): User | null {
  const session = useSession();
  return session.status === "signed-in" ? session.user : null;
}

/** The signed-in person. Only below `RequireSession`. */
export function useUser(): User {
  const session = useSession();
  if (session.status !== "signed-in") throw new Error("useUser outside of RequireSession");
  return session.user;
}
