// A call is always dark, whatever the chosen colour scheme: people look at video, not at the page.
import { createContext, useContext, useLayoutEffect } from "react";

export type ForcedScheme = "dark" | undefined;

export const ForcedSchemeContext = createContext<(scheme: ForcedScheme) => void>(() => undefined);

/** Makes the whole page dark while the component is there. */
export function useDarkPage(): void {
  const force = useContext(ForcedSchemeContext);
  useLayoutEffect(() => {
    force("dark");
    return () => force(undefined);
  }, [force]);
}
