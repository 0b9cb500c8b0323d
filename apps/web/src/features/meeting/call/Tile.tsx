// One person, or one shared screen.
import {
  IconAntennaBars2,
  IconAntennaBars3,
  IconHandStop,
  IconMicrophoneOff,
  IconScreenShare,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { tint } from "../../../components/person.ts";
import { PersonAvatar } from "../../../components/PersonAvatar.tsx";
import { useMaybeUser } from "../../../hooks/use-session.ts";
import { VideoView } from "../VideoView.tsx";
import classes from "./Tile.module.css";
import type { TileModel } from "./tiles.ts";

interface TileProps {
  tile: TileModel;
  width: number;
  height: number;
}

export function Tile({ tile, width, height }: TileProps) {
  const { t } = useTranslation();
  const user = useMaybeUser();
  const screen = tile.source === "screen";
  const name = tile.own ? t("call.you") : tile.name;
  const screenName = tile.own ? t("call.yourScreen") : t("call.screenOf", { name });
  return (
    <article
      className={classes.tile}
      style={{ width, height }}
      aria-label={screen ? screenName : name}
      data-testid={screen ? "screen-tile" : "tile"}
      data-user={tile.userId}
      data-own={tile.own || undefined}
      data-speaking={tile.speaking || undefined}
      data-muted={tile.muted || undefined}
      data-hand={tile.hand ?? undefined}
    >
      {tile.track ? (
        <VideoView
          track={tile.track}
          fit={screen ? "contain" : "cover"}
          mirrored={tile.own && !screen}
          label={screen ? screenName : tile.own ? t("call.yourVideo") : t("call.videoOf", { name })}
        />
      ) : (
        <div
          className={classes.off}
          style={{ background: `color-mix(in srgb, ${tint(tile.userId)} 26%, #14181e)` }}
        >
          <PersonAvatar
            id={tile.userId}
            name={tile.name}
            url={tile.own ? (user?.avatar_url ?? null) : null}
            size={Math.max(36, Math.min(112, height * 0.36))}
          />
        </div>
      )}
      <div className={classes.label}>
        {!screen && tile.hand !== null ? (
          <span className={classes.hand} role="img" aria-label={t("call.handAt", { place: tile.hand })}>
            <IconHandStop size={16} aria-hidden /> {tile.hand}
          </span>
        ) : null}
        {screen ? <IconScreenShare size={16} aria-hidden /> : null}
        {!screen && tile.muted ? (
          <IconMicrophoneOff size={16} role="img" aria-label={t("call.muted")} />
        ) : null}
        <span className={classes.name}>{screen ? screenName : name}</span>
        <QualityMark tile={tile} />
      </div>
    </article>
  );
}

/** Says when somebody's connection is not good. Good ones need no mark. */
function QualityMark({ tile }: { tile: TileModel }) {
  const { t } = useTranslation();
  if (tile.source === "screen" || (tile.quality !== "fair" && tile.quality !== "poor")) return null;
  const Icon = tile.quality === "poor" ? IconAntennaBars2 : IconAntennaBars3;
  return (
    <Icon
      size={16}
      className={classes[tile.quality] ?? ""}
      role="img"
      aria-label={t(`call.quality.${tile.quality}`)}
    />
  );
}
