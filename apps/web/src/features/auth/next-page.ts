// Where to go after signing in.

/** The page that was asked for, if it is one of ours; the dashboard otherwise. */
export function nextPage(search: string): string {
  const next = new URLSearchParams(search).get("next");
  // "//host" and "/\host" would leave the site.
  return next !== null && /^\/(?![/\\])/.test(next) ? next : "/";
}
