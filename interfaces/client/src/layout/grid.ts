// How many tiles fit, and how large: the arithmetic of the stage.

/** The space for tiles, in CSS pixels. */
export interface Space {
  width: number;
  height: number;
}

/** How to lay tiles out. */
export interface GridOptions {
  /** Between tiles. */
  gap: number;
  /** Width by height of a tile. */
  aspect: number;
  /** No more on one page. */
  maxTiles: number;
  /** No narrower than this when there is more than one page's worth. */
  minTileWidth: number;
}

/** A grid of equal tiles. */
export interface Grid {
  columns: number;
  rows: number;
  tileWidth: number;
  tileHeight: number;
  /** Tiles on a page. */
  perPage: number;
  pages: number;
}

/** 1 to 25 tiles of 16:9, then pages. */
export const DEFAULT_GRID: GridOptions = { gap: 8, aspect: 16 / 9, maxTiles: 25, minTileWidth: 150 };

/** The grid whose tiles are largest. When they would get too small, or there are too many, it has pages. */
export function layoutGrid(space: Space, count: number, options: GridOptions = DEFAULT_GRID): Grid {
  const wanted = Math.max(1, Math.min(count, options.maxTiles));
  let perPage = wanted;
  let best = bestGrid(space, perPage, options);
  while (perPage > 1 && best.tileWidth < options.minTileWidth) {
    perPage -= 1;
    best = bestGrid(space, perPage, options);
  }
  return { ...best, perPage, pages: Math.max(1, Math.ceil(count / perPage)) };
}

function bestGrid(
  space: Space,
  count: number,
  { gap, aspect }: GridOptions,
): Omit<Grid, "perPage" | "pages"> {
  let best = { columns: 1, rows: count, tileWidth: 0, tileHeight: 0 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const cellWidth = (space.width - gap * (columns - 1)) / columns;
    const cellHeight = (space.height - gap * (rows - 1)) / rows;
    const tileWidth = Math.floor(Math.max(0, Math.min(cellWidth, cellHeight * aspect)));
    if (tileWidth > best.tileWidth) {
      best = { columns, rows, tileWidth, tileHeight: Math.floor(tileWidth / aspect) };
    }
  }
  return best;
}

/** The items of a page, counted from 0; a page beyond the end shows the last one. */
export function pageOf<T>(items: readonly T[], page: number, perPage: number): T[] {
  const last = Math.max(0, Math.ceil(items.length / perPage) - 1);
  const start = Math.min(page, last) * perPage;
  return items.slice(start, start + perPage);
}
