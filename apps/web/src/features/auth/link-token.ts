// The secret in a mailed link. It stands in the fragment, which no server ever sees.
import { useEffect, useState } from "react";
import { useLocation, useNavigate } from "react-router";

/** The token of a fragment such as `#token=abc`, or null. */
export function readToken(hash: string): string | null {
  const token = new URLSearchParams(hash.replace(/^#/, "")).get("token");
  return token === null || token === "" ? null : token;
}

/** The token with which the page was opened. It is taken out of the address bar and the history at once. */
export function useLinkToken(): string | null {
  const { hash, pathname, search } = useLocation();
  const navigate = useNavigate();
  const [token, setToken] = useState<string | null>(null);
  const found = readToken(hash);
  if (found !== null && found !== token) setToken(found);
  useEffect(() => {
    if (hash !== "") void navigate({ pathname, search }, { replace: true });
  }, [hash, pathname, search, navigate]);
  return token;
}
