// Where one reads in a list that grows at both ends.
import { useLayoutEffect, useRef, type RefObject } from "react";

/** So near to the end one is taken to read what comes, in pixels. */
const NEAR = 80;

/**
 * Keeps what is read in its place when earlier lines come before it. Goes to the end when a later one comes: if one is
 * there already, or has written it. Gives what the list is to be known by.
 */
export function useReadingPlace(
  first: string | undefined,
  last: string | undefined,
  own: boolean,
): RefObject<HTMLDivElement | null> {
  const list = useRef<HTMLDivElement>(null);
  const seen = useRef<{ first: string | undefined; last: string | undefined; height: number } | null>(null);
  useLayoutEffect(() => {
    const element = list.current;
    if (!element) return;
    const { scrollHeight, scrollTop, clientHeight } = element;
    const before = seen.current;
    if (before === null) {
      element.scrollTop = scrollHeight;
    } else if (last !== before.last) {
      const wasAtTheEnd = before.height - scrollTop - clientHeight < NEAR;
      if (own || wasAtTheEnd) element.scrollTop = scrollHeight;
    } else if (first !== before.first) {
      element.scrollTop = scrollTop + scrollHeight - before.height;
    }
    seen.current = { first, last, height: scrollHeight };
  });
  return list;
}
