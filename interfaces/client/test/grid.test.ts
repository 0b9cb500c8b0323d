// The arithmetic of the stage.
import { describe, expect, it } from "vitest";
import { DEFAULT_GRID, layoutGrid, pageOf } from "../src/layout/grid.ts";

const desktop = { width: 1400, height: 780 };

describe("grid", () => {
  it.each([
    [1, 1, 1],
    [2, 2, 1],
    [3, 2, 2],
    [4, 2, 2],
    [6, 3, 2],
    [9, 3, 3],
    [16, 4, 4],
    [25, 5, 5],
  ])("of %i tiles on a wide stage has %i columns and %i rows", (count, columns, rows) => {
    expect(layoutGrid(desktop, count)).toMatchObject({ columns, rows, pages: 1, perPage: count });
  });

  it("never overflows, and keeps the shape of tiles", () => {
    for (const space of [desktop, { width: 390, height: 640 }, { width: 1000, height: 400 }]) {
      for (let count = 1; count <= 60; count += 1) {
        const { columns, rows, tileWidth, tileHeight, perPage, pages } = layoutGrid(space, count);
        expect(columns * tileWidth + (columns - 1) * DEFAULT_GRID.gap).toBeLessThanOrEqual(space.width);
        expect(rows * tileHeight + (rows - 1) * DEFAULT_GRID.gap).toBeLessThanOrEqual(space.height);
        expect(Math.abs(tileWidth / tileHeight - 16 / 9)).toBeLessThan(0.03);
        expect(columns * rows).toBeGreaterThanOrEqual(perPage);
        expect(pages * perPage).toBeGreaterThanOrEqual(count);
        expect(perPage).toBeLessThanOrEqual(25);
      }
    }
  });

  it("has pages when there are more than 25, or tiles would get too small", () => {
    expect(layoutGrid(desktop, 26)).toMatchObject({ perPage: 25, pages: 2 });
    const small = layoutGrid({ width: 400, height: 300 }, 20);
    expect(small.tileWidth).toBeGreaterThanOrEqual(DEFAULT_GRID.minTileWidth);
    expect(small.pages).toBeGreaterThan(1);
  });

  it("survives a stage without any space", () => {
    expect(layoutGrid({ width: 0, height: 0 }, 3)).toMatchObject({ tileWidth: 0, perPage: 1 });
  });
});

it("cuts pages, and shows the last one beyond the end", () => {
  const items = [1, 2, 3, 4, 5];
  expect(pageOf(items, 0, 2)).toEqual([1, 2]);
  expect(pageOf(items, 2, 2)).toEqual([5]);
  expect(pageOf(items, 9, 2)).toEqual([5]);
  expect(pageOf([], 3, 2)).toEqual([]);
});
