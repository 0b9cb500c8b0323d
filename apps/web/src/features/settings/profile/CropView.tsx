// A square of a picture, at any size.
import { edge, type Crop } from "./crop.ts";
import classes from "./CropView.module.css";
import type { OpenPicture } from "./open-picture.ts";

interface CropViewProps {
  picture: OpenPicture;
  crop: Crop;
  /** The edge on the page, in pixels. */
  size: number;
  round?: boolean;
}

export function CropView({ picture, crop, size, round = false }: CropViewProps) {
  const square = edge(crop, picture);
  const scale = size / square;
  return (
    <div className={classes.view} style={{ width: size, height: size }} data-round={round || undefined}>
      <img
        src={picture.url}
        alt=""
        draggable={false}
        style={{
          width: picture.width * scale,
          height: picture.height * scale,
          transform: `translate(${(square / 2 - crop.x) * scale}px, ${(square / 2 - crop.y) * scale}px)`,
        }}
      />
    </div>
  );
}
