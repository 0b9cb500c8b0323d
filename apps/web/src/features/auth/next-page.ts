// Where to go after signing in.

/** The address of the login page that leads back to `next`. */
export function signInPage(next: string): string {
  return `/login?${new URLSearchParams({ next }).toString()}`;
}

/** The page that was asked for, if it is one of ours; the dashboard otherwise. */
export function nextPage(search: string): string {
  const next = new URLSearchParams(search).get("next");
  // "//host" and "/\host" would leave the site.
  return next !== null && /^\/(?![/\\])/.test(next) ? next : "/";
}
