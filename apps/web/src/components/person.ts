// How a person looks without a picture: initials on a tint of their own.

/** One or two letters of a name: the first of the first and last word, or the first character in scripts without spaces. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters
    .map((word) => {
      const first = word?.codePointAt(0);
      return first === undefined ? "" : String.fromCodePoint(first);
    })
    .join("")
    .toUpperCase();
}

/** Deep enough that white text on them keeps a contrast of 4.5 to 1. */
const TINTS = ["#1b6a9e", "#7a4a9c", "#9a4a2f", "#2f7049", "#8a3b62", "#4a5aa8", "#6e5f1f", "#256d76"];

/** Always the same tint for the same id. */
export function tint(id: string): string {
  let hash = 0;
  for (const character of id) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) | 0;
  return TINTS[Math.abs(hash) % TINTS.length] ?? "#1b6a9e";
}

/** The edges in which the server has every picture, in pixels. */
const SOURCES = [64, 128, 512];

/** The address of a picture in the smallest size that is sharp at `edge` pixels on a dense screen. */
export function avatarSource(url: string, edge: number): string {
  return `${url}?size=${SOURCES.find((size) => size >= edge * 2) ?? 512}`;
}
