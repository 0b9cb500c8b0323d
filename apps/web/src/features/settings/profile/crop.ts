// The arithmetic of choosing a square of a picture. Everything is in pixels of the upright picture.

/** The size of a picture. */
export interface Size {
  width: number;
  height: number;
}

/** A square: its middle, and how much larger than "as much as fits" it is shown. */
export interface Crop {
  x: number;
  y: number;
  /** From 1, where the square is as large as the picture allows, to {@link maxZoom}. */
  zoom: number;
}

/** A square of the picture by its corner. */
export interface Square {
  x: number;
  y: number;
  size: number;
}

/** No square is smaller than this on a side, so that the result is still sharp, unless the picture itself is. */
const SMALLEST = 128;
const LARGEST_ZOOM = 8;

/** How far a picture can be zoomed. */
export function maxZoom(picture: Size): number {
  return Math.max(1, Math.min(LARGEST_ZOOM, Math.min(picture.width, picture.height) / SMALLEST));
}

/** The middle of the picture, as much of it as fits. */
export function wholeCrop(picture: Size): Crop {
  return { x: picture.width / 2, y: picture.height / 2, zoom: 1 };
}

/** The edge of the square. */
export function edge(crop: Crop, picture: Size): number {
  return Math.min(picture.width, picture.height) / crop.zoom;
}

/** The nearest crop whose square lies inside the picture. */
export function inside(crop: Crop, picture: Size): Crop {
  const zoom = clamp(crop.zoom, 1, maxZoom(picture));
  const half = edge({ ...crop, zoom }, picture) / 2;
  return {
    x: clamp(crop.x, half, picture.width - half),
    y: clamp(crop.y, half, picture.height - half),
    zoom,
  };
}

/** The crop after the picture was dragged by so many pixels of a stage whose edge is `stage`. */
export function dragged(crop: Crop, picture: Size, by: { x: number; y: number }, stage: number): Crop {
  const scale = edge(crop, picture) / stage;
  // The picture follows the pointer, so the square goes the other way.
  return inside({ ...crop, x: crop.x - by.x * scale, y: crop.y - by.y * scale }, picture);
}

/** The crop after zooming by a factor; the point of the stage at `at` (0 to 1 from the corner) stays where it is. */
export function zoomed(crop: Crop, picture: Size, factor: number, at = { x: 0.5, y: 0.5 }): Crop {
  const before = edge(crop, picture);
  const zoom = clamp(crop.zoom * factor, 1, maxZoom(picture));
  const grown = before - edge({ ...crop, zoom }, picture);
  return inside({ x: crop.x + (at.x - 0.5) * grown, y: crop.y + (at.y - 0.5) * grown, zoom }, picture);
}

/** The square that the server is asked for: whole pixels, inside the picture. */
export function toSquare(crop: Crop, picture: Size): Square {
  const shortest = Math.min(picture.width, picture.height);
  const size = clamp(Math.round(edge(crop, picture)), 1, shortest);
  return {
    x: clamp(Math.round(crop.x - size / 2), 0, picture.width - size),
    y: clamp(Math.round(crop.y - size / 2), 0, picture.height - size),
    size,
  };
}

function clamp(value: number, from: number, to: number): number {
  return Math.min(Math.max(value, from), to);
}
