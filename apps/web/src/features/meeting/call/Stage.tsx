// The stage: which tiles are drawn where, and what is asked of the server for them.
import { useElementSize } from "@mantine/hooks";
import {
  DEFAULT_GRID,
  layoutGrid,
  pageOf,
  type LocalMediaState,
  type MeetingPreview,
} from "@open-meeting/client";
import type { Call, RoomState, VisibleTile } from "@open-meeting/client/room";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDocumentVisible } from "../../../hooks/use-document-visible.ts";
import { Alone } from "./Alone.tsx";
import { FloatingSelf } from "./FloatingSelf.tsx";
import { Pager } from "./Pager.tsx";
import { ScreenStage } from "./ScreenStage.tsx";
import classes from "./Stage.module.css";
import { Tile } from "./Tile.tsx";
import { tilesOf, type TileModel } from "./tiles.ts";

interface StageProps {
  call: Call;
  room: RoomState;
  media: LocalMediaState;
  meeting: MeetingPreview;
  displayName: string;
}

/** Below this width people hold a phone: two tiles at a time, and pages. */
const PHONE_WIDTH = 600;

export function Stage({ call, room, media, meeting, displayName }: StageProps) {
  const { t } = useTranslation();
  const { ref, width, height } = useElementSize();
  const tiles = tilesOf(room, media, displayName);
  const [page, setPage] = useState(0);
  const large = tiles.screens[0] ?? (tiles.others.length > 0 ? tiles.spotlit : null);

  return (
    <section className={classes.space} ref={ref} aria-label={t("call.stage")}>
      {width === 0 ? null : large ? (
        <ScreenStage
          call={call}
          screen={large}
          people={[...tiles.others, ...tiles.screens, ...own(tiles.ownScreen), tiles.self].filter(
            (tile) => tile !== large,
          )}
          width={width}
          height={height}
        />
      ) : (
        <GridStage
          call={call}
          self={tiles.self}
          others={tiles.others}
          ownScreen={tiles.ownScreen}
          meeting={meeting}
          width={width}
          height={height}
          page={page}
          onPage={setPage}
        />
      )}
    </section>
  );
}

/** My own screen stays small: on the stage it would show itself within itself. */
function own(screen: TileModel | null): TileModel[] {
  return screen === null ? [] : [screen];
}

interface GridStageProps {
  call: Call;
  self: TileModel;
  others: TileModel[];
  ownScreen: TileModel | null;
  meeting: MeetingPreview;
  width: number;
  height: number;
  page: number;
  onPage: (page: number) => void;
}

function GridStage({ call, self, others, ownScreen, meeting, width, height, page, onPage }: GridStageProps) {
  const phone = width < PHONE_WIDTH;
  const floating = others.length > 0 && (phone || others.length === 1);
  const tiles = [...others, ...own(phone ? null : ownScreen), ...(floating ? [] : [self])];
  // A phone held upright shows one person or two, one above the other, as large as they get.
  const rowHeight = tiles.length > 1 ? (height - DEFAULT_GRID.gap) / 2 : height;
  const aspect = phone ? Math.min(16 / 9, Math.max(0.55, width / rowHeight)) : 16 / 9;
  const grid = layoutGrid({ width, height }, tiles.length, {
    ...DEFAULT_GRID,
    aspect,
    ...(phone ? { maxTiles: 2 } : {}),
  });
  const shown = pageOf(tiles, page, grid.perPage);
  useView(call, shown, grid.tileHeight);

  return (
    <>
      <div
        className={classes.grid}
        style={{ maxWidth: grid.columns * (grid.tileWidth + DEFAULT_GRID.gap), gap: DEFAULT_GRID.gap }}
      >
        {shown.map((tile) => (
          <Tile key={tile.key} tile={tile} width={grid.tileWidth} height={grid.tileHeight} />
        ))}
      </div>
      {others.length === 0 ? <Alone meeting={meeting} /> : null}
      {floating ? <FloatingSelf tile={self} phone={phone} /> : null}
      <Pager page={Math.min(page, grid.pages - 1)} pages={grid.pages} onPage={onPage} />
    </>
  );
}

/** Asks the server for what is on the screen, in fitting sizes, and for nothing while the page is in the background. */
export function useView(
  call: Call,
  shown: readonly TileModel[],
  height: number,
  screenHeight = height,
): void {
  const visible = useDocumentVisible();
  const ratio = typeof window === "undefined" ? 1 : window.devicePixelRatio;
  const key = visible
    ? shown
        .filter((tile) => !tile.own)
        .map((tile) => `${tile.userId} ${tile.source}`)
        .join(",")
    : "";
  useEffect(() => {
    const view =
      key === ""
        ? []
        : key.split(",").map((entry): VisibleTile => {
            const [userId = "", source] = entry.split(" ");
            return source === "screen"
              ? { userId, source, height: Math.round(screenHeight * ratio) }
              : { userId, source: "camera", height: Math.round(height * ratio) };
          });
    call.room.setView(view);
  }, [call, key, height, screenHeight, ratio]);
}
