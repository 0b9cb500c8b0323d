// Moving and zooming a picture with the mouse, with fingers and with the keyboard.
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent, type RefObject } from "react";
import { dragged, inside, wholeCrop, zoomed, type Crop, type Size } from "./crop.ts";

/** The picture moves by this part of the stage with an arrow key. */
const STEP = 0.04;
/** One press of plus or minus zooms by this factor. */
const KEY_ZOOM = 1.1;
/** How much one unit of a wheel zooms. */
const WHEEL_ZOOM = 0.0015;

interface Point {
  x: number;
  y: number;
}

/** The crop of a picture on a square stage of `stage` pixels, and what the stage has to listen to. */
export function useCrop(picture: Size, stage: number, element: RefObject<HTMLElement | null>) {
  const [crop, setCrop] = useState(() => wholeCrop(picture));
  const pointers = useRef(new Map<number, Point>());

  // React listens to wheels without being able to hold the page still.
  useEffect(() => {
    const target = element.current;
    if (!target) return;
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const at = positionOn(target, { x: event.clientX, y: event.clientY });
      setCrop((present) => zoomed(present, picture, Math.exp(-event.deltaY * WHEEL_ZOOM), at));
    };
    target.addEventListener("wheel", wheel, { passive: false });
    return () => target.removeEventListener("wheel", wheel);
  }, [element, picture]);

  const listeners = {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const before = pointers.current.get(event.pointerId);
      if (!before) return;
      const now = { x: event.clientX, y: event.clientY };
      const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
      pointers.current.set(event.pointerId, now);
      // With two fingers each moves the picture by half, and their distance zooms it.
      const share = other ? 0.5 : 1;
      const by = { x: (now.x - before.x) * share, y: (now.y - before.y) * share };
      const factor = other ? distance(now, other) / Math.max(1, distance(before, other)) : 1;
      const at = other
        ? positionOn(event.currentTarget, { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 })
        : undefined;
      setCrop((present) => zoomed(dragged(present, picture, by, stage), picture, factor, at));
    },
    onPointerUp: (event: PointerEvent<HTMLElement>) => {
      pointers.current.delete(event.pointerId);
    },
    onPointerCancel: (event: PointerEvent<HTMLElement>) => {
      pointers.current.delete(event.pointerId);
    },
    onKeyDown: (event: KeyboardEvent) => {
      const change = keyChange(event.key, picture, stage);
      if (!change) return;
      event.preventDefault();
      setCrop(change);
    },
  };
  const setZoom = (zoom: number) => setCrop((present) => inside({ ...present, zoom }, picture));
  return { crop, setZoom, listeners };
}

/** What a key does: arrows move the square over the picture, plus and minus zoom. */
export function keyChange(key: string, picture: Size, stage: number): ((crop: Crop) => Crop) | null {
  const step = stage * STEP;
  const moves: Partial<Record<string, Point>> = {
    ArrowLeft: { x: step, y: 0 },
    ArrowRight: { x: -step, y: 0 },
    ArrowUp: { x: 0, y: step },
    ArrowDown: { x: 0, y: -step },
  };
  const move = moves[key];
  if (move) return (crop) => dragged(crop, picture, move, stage);
  if (key === "+" || key === "=") return (crop) => zoomed(crop, picture, KEY_ZOOM);
  if (key === "-") return (crop) => zoomed(crop, picture, 1 / KEY_ZOOM);
  return null;
}

function positionOn(element: HTMLElement, point: Point): Point {
  const box = element.getBoundingClientRect();
  return { x: (point.x - box.x) / box.width, y: (point.y - box.y) / box.height };
}

function distance(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
