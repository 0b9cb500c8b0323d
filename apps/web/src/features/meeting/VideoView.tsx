// A video track on the page.
import { useEffect, useRef } from "react";
import classes from "./VideoView.module.css";

interface VideoViewProps {
  track: MediaStreamTrack;
  /** As in a mirror, for my own camera. */
  mirrored?: boolean;
  /** `cover` fills the tile; `contain` shows everything. */
  fit: "cover" | "contain";
  label: string;
}

export function VideoView({ track, mirrored = false, fit, label }: VideoViewProps) {
  const element = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const video = element.current;
    if (!video) return;
    video.srcObject = new MediaStream([track]);
    // Muted video may always play; a rejection only means that the element went away meanwhile.
    video.play().catch(() => undefined);
    return () => {
      video.srcObject = null;
    };
  }, [track]);
  return (
    <video
      ref={element}
      className={classes.video}
      data-fit={fit}
      data-mirrored={mirrored || undefined}
      aria-label={label}
      autoPlay
      playsInline
      muted
      disablePictureInPicture
    />
  );
}
