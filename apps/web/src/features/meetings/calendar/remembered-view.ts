// Which view of the meetings was chosen last in this browser.
import { readView, type View, VIEWS } from "./days.ts";

const KEY = "open-meeting.meetings-view";

/** The view of an address; without one, the one that was chosen last; the list at first, and for its filters. */
export function rememberedView(search: URLSearchParams): View {
  const named = readView(search);
  if (named) return named;
  if (["q", "status", "role"].some((name) => search.has(name))) return "list";
  try {
    return VIEWS.find((view) => view === localStorage.getItem(KEY)) ?? "list";
  } catch {
    return "list";
  }
}

/** Keeps the choice for the next visit. */
export function rememberView(view: View): void {
  try {
    localStorage.setItem(KEY, view);
  } catch {
    // The choice holds for this page.
  }
}
