// Filters that live in the address of a page, one of them a text that is typed.
import { useEffect, useState } from "react";
import { useSearchParams } from "react-router";

/** The server is asked when nothing was typed for so long, in milliseconds. */
const PAUSE_MS = 300;

/** An address with one parameter changed; nothing removes it. */
export function withFilter(search: URLSearchParams, name: string, value: string): URLSearchParams {
  const changed = new URLSearchParams(search);
  if (value === "") changed.delete(name);
  else changed.set(name, value);
  return changed;
}

/** The filters, how to change one, and the field of the text filter called `textName`, which the address follows after a pause. */
export function useAddressFilters(textName: string) {
  const [search, setSearch] = useSearchParams();
  const change = (name: string, value: string) =>
    setSearch((present) => withFilter(present, name, value), { replace: true });
  const asked = search.get(textName) ?? "";
  const [text, setText] = useState(asked);
  const [shown, setShown] = useState(asked);
  // Somebody went back, or cleared the filters: the field follows the address.
  if (asked !== shown) {
    setShown(asked);
    if (asked !== text.trim()) setText(asked);
  }
  useEffect(() => {
    if (text.trim() === asked) return;
    const timer = setTimeout(
      () => setSearch((present) => withFilter(present, textName, text.trim()), { replace: true }),
      PAUSE_MS,
    );
    return () => clearTimeout(timer);
  }, [text, asked, textName, setSearch]);
  return { search, change, text, setText, searchNow: () => change(textName, text.trim()) };
}
