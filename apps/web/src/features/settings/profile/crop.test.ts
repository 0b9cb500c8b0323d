// Choosing a square of a picture.
import { describe, expect, it } from "vitest";
import { dragged, edge, inside, maxZoom, toSquare, wholeCrop, zoomed, type Size } from "./crop.ts";
import { keyChange } from "./use-crop.ts";

const WIDE: Size = { width: 1600, height: 900 };
const TALL: Size = { width: 601, height: 1000 };
const TINY: Size = { width: 90, height: 60 };
const STAGE = 300;

function expectInside(crop: ReturnType<typeof wholeCrop>, picture: Size): void {
  const { x, y, size } = toSquare(crop, picture);
  for (const value of [x, y, size]) expect(Number.isInteger(value)).toBe(true);
  expect(size).toBeGreaterThan(0);
  expect(x).toBeGreaterThanOrEqual(0);
  expect(y).toBeGreaterThanOrEqual(0);
  expect(x + size).toBeLessThanOrEqual(picture.width);
  expect(y + size).toBeLessThanOrEqual(picture.height);
}

describe("a crop", () => {
  it("starts with as much of the middle as fits", () => {
    expect(toSquare(wholeCrop(WIDE), WIDE)).toEqual({ x: 350, y: 0, size: 900 });
    expect(toSquare(wholeCrop(TALL), TALL)).toEqual({ x: 0, y: 200, size: 601 });
  });

  it("follows the pointer: dragging to the right shows what lies to the left", () => {
    const crop = dragged(wholeCrop(WIDE), WIDE, { x: 30, y: 0 }, STAGE);
    // A stage of 300 pixels shows 900 of the picture.
    expect(toSquare(crop, WIDE)).toEqual({ x: 260, y: 0, size: 900 });
  });

  it("cannot be dragged out of the picture", () => {
    const far = dragged(wholeCrop(WIDE), WIDE, { x: 1e6, y: -1e6 }, STAGE);
    expect(toSquare(far, WIDE)).toEqual({ x: 0, y: 0, size: 900 });
    expect(inside({ x: -50, y: 1e9, zoom: 2 }, WIDE)).toEqual({ x: 225, y: 675, zoom: 2 });
  });

  it("keeps the point under the pointer when it is zoomed", () => {
    const at = { x: 0.25, y: 0.75 };
    const before = inside({ x: 800, y: 450, zoom: 2 }, WIDE);
    const after = zoomed(before, WIDE, 1.5, at);
    const under = (crop: typeof before) => ({
      x: crop.x + (at.x - 0.5) * edge(crop, WIDE),
      y: crop.y + (at.y - 0.5) * edge(crop, WIDE),
    });
    expect(after.zoom).toBeCloseTo(3);
    expect(under(after).x).toBeCloseTo(under(before).x);
    expect(under(after).y).toBeCloseTo(under(before).y);
  });

  it("is not zoomed to less than can be shown sharply, nor out of the picture", () => {
    expect(edge(zoomed(wholeCrop(WIDE), WIDE, 1e6), WIDE)).toBeGreaterThanOrEqual(112);
    expect(edge(zoomed(wholeCrop(TALL), TALL, 1e6), TALL)).toBeCloseTo(128);
    expect(zoomed(inside({ x: 0, y: 0, zoom: 4 }, WIDE), WIDE, 1e-6)).toEqual({ x: 450, y: 450, zoom: 1 });
    expect(maxZoom(TINY)).toBe(1);
    expect(toSquare(zoomed(wholeCrop(TINY), TINY, 5), TINY)).toEqual({ x: 15, y: 0, size: 60 });
  });

  it("is always whole pixels inside of the picture", () => {
    // A walk that is the same every time and touches all edges.
    let seed = 7;
    const next = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    for (const picture of [WIDE, TALL, TINY, { width: 1, height: 1 }, { width: 3, height: 4001 }]) {
      let crop = wholeCrop(picture);
      for (let step = 0; step < 300; step += 1) {
        crop =
          next() < 0.5
            ? dragged(crop, picture, { x: (next() - 0.5) * 400, y: (next() - 0.5) * 400 }, STAGE)
            : zoomed(crop, picture, 0.5 + next(), { x: next(), y: next() });
        expectInside(crop, picture);
      }
    }
  });
});

describe("keys", () => {
  it("move the square over the picture, and zoom", () => {
    const start = inside({ x: 800, y: 450, zoom: 2 }, WIDE);
    const press = (key: string) => keyChange(key, WIDE, STAGE)?.(start) ?? start;
    expect(press("ArrowRight").x).toBeLessThan(start.x + 50);
    expect(press("ArrowRight").x).toBeGreaterThan(start.x);
    expect(press("ArrowLeft").x).toBeLessThan(start.x);
    expect(press("ArrowDown").y).toBeGreaterThan(start.y);
    expect(press("ArrowUp").y).toBeLessThan(start.y);
    expect(press("+").zoom).toBeGreaterThan(start.zoom);
    expect(press("-").zoom).toBeLessThan(start.zoom);
    expect(keyChange("Tab", WIDE, STAGE)).toBeNull();
    expect(keyChange("Escape", WIDE, STAGE)).toBeNull();
  });
});
