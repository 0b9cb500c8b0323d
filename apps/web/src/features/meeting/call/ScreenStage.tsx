// A shared screen, or whoever is in the spotlight, takes the stage; the people go to a strip beside or below.
import { pageOf } from "@open-meeting/client";
import type { Call } from "@open-meeting/client/room";
import { useState } from "react";
import { Pager } from "./Pager.tsx";
import classes from "./ScreenStage.module.css";
import { useView } from "./Stage.tsx";
import { Tile } from "./Tile.tsx";
import type { TileModel } from "./tiles.ts";

interface ScreenStageProps {
  call: Call;
  screen: TileModel;
  people: TileModel[];
  width: number;
  height: number;
}

const GAP = 8;

export function ScreenStage({ call, screen, people, width, height }: ScreenStageProps) {
  const [page, setPage] = useState(0);
  const beside = width > height * 1.1 && width >= 700;
  const tileWidth = beside ? Math.min(240, Math.round(width * 0.2)) : Math.min(180, Math.round(width * 0.42));
  const tileHeight = Math.round((tileWidth * 9) / 16);
  const length = beside ? height : width;
  const perPage = Math.max(1, Math.floor((length + GAP) / ((beside ? tileHeight : tileWidth) + GAP)));
  const pages = Math.max(1, Math.ceil(people.length / perPage));
  const shown = pageOf(people, page, perPage);
  const space = {
    width: beside ? width - tileWidth - GAP : width,
    height: beside ? height : height - tileHeight - GAP,
  };
  useView(call, [screen, ...shown], tileHeight, space.height);

  return (
    <div className={classes.stage} data-beside={beside || undefined} style={{ gap: GAP }}>
      <Tile tile={screen} width={space.width} height={space.height} />
      <div className={classes.strip} style={{ gap: GAP }}>
        {shown.map((tile) => (
          <Tile key={tile.key} tile={tile} width={tileWidth} height={tileHeight} />
        ))}
      </div>
      <Pager page={Math.min(page, pages - 1)} pages={pages} onPage={setPage} />
    </div>
  );
}
