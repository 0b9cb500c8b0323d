// The title of the browser's tab.
import { useEffect } from "react";

/** Shows `title` while the component is there. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · Open Meeting` : "Open Meeting";
  }, [title]);
}
