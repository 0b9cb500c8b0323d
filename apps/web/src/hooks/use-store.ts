// Reads an observable of the framework-free core in a component.
import type { ReadableStore } from "@open-meeting/client";
import { useSyncExternalStore } from "react";

/** The present value; the component is drawn anew when it changes. */
export function useStore<T>(store: ReadableStore<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}

/** A part of the value. `select` must return the same object for the same value. */
export function useStorePart<T, Part>(store: ReadableStore<T>, select: (value: T) => Part): Part {
  return useSyncExternalStore(store.subscribe, () => select(store.get()));
}
