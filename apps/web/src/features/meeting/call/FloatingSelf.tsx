// My own picture, small, in a corner; it can be moved with the pointer or the arrow keys.
import { useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import { useTranslation } from "react-i18next";
import classes from "./FloatingSelf.module.css";
import { Tile } from "./Tile.tsx";
import type { TileModel } from "./tiles.ts";

interface FloatingSelfProps {
  tile: TileModel;
  phone: boolean;
}

type Corner = "bottom-right" | "bottom-left" | "top-left" | "top-right";

export function FloatingSelf({ tile, phone }: FloatingSelfProps) {
  const { t } = useTranslation();
  const [corner, setCorner] = useState<Corner>("bottom-right");
  const [offset, setOffset] = useState<{ x: number; y: number } | null>(null);
  const start = useRef<{ x: number; y: number } | null>(null);
  const width = phone ? 112 : 224;
  const height = phone ? 148 : 126;

  const down = (event: PointerEvent<HTMLDivElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    start.current = { x: event.clientX, y: event.clientY };
  };
  const move = (event: PointerEvent) => {
    if (start.current) setOffset({ x: event.clientX - start.current.x, y: event.clientY - start.current.y });
  };
  const up = (event: PointerEvent<HTMLDivElement>) => {
    const space = event.currentTarget.parentElement?.getBoundingClientRect();
    if (start.current && offset && space) {
      const box = event.currentTarget.getBoundingClientRect();
      const vertical = box.y + box.height / 2 < space.y + space.height / 2 ? "top" : "bottom";
      const horizontal = box.x + box.width / 2 < space.x + space.width / 2 ? "left" : "right";
      setCorner(`${vertical}-${horizontal}`);
    }
    start.current = null;
    setOffset(null);
  };
  const key = (event: KeyboardEvent) => {
    const [vertical, horizontal] = corner.split("-") as ["top" | "bottom", "left" | "right"];
    const moves: Partial<Record<string, Corner>> = {
      ArrowUp: `top-${horizontal}`,
      ArrowDown: `bottom-${horizontal}`,
      ArrowLeft: `${vertical}-left`,
      ArrowRight: `${vertical}-right`,
    };
    const next = moves[event.key];
    if (!next) return;
    event.preventDefault();
    setCorner(next);
  };

  return (
    <div
      className={classes.self}
      data-corner={corner}
      data-moving={offset ? true : undefined}
      style={offset ? { transform: `translate(${offset.x}px, ${offset.y}px)` } : undefined}
      role="button"
      tabIndex={0}
      aria-label={t("call.moveSelf")}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={up}
      onKeyDown={key}
    >
      <Tile tile={tile} width={width} height={height} />
    </div>
  );
}
