// Reads what people type or paste to join a meeting.

/** The code of a meeting (`abc-defg-hij`) or its id from a code, a code without hyphens, or a whole link; null if none. */
export function readMeetingCode(text: string): string | null {
  const trimmed = text.trim();
  const fromLink = /\/m\/([A-Za-z0-9-]+)/.exec(trimmed)?.[1];
  const candidate = (fromLink ?? trimmed).toLowerCase();
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(candidate)) return candidate;
  const letters = candidate.replace(/[\s-]/g, "");
  return /^[a-z]{10}$/.test(letters)
    ? `${letters.slice(0, 3)}-${letters.slice(3, 7)}-${letters.slice(7)}`
    : null;
}
