// How loud the microphone is, as five bars.
import { LevelMeter } from "@open-meeting/client";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./LevelBars.module.css";

const BARS = [0.08, 0.22, 0.38, 0.56, 0.76];

export function LevelBars({ track }: { track: MediaStreamTrack | null }) {
  const { t } = useTranslation();
  const level = useLevel(track);
  return (
    <div
      className={classes.bars}
      role="meter"
      aria-label={t("prejoin.level")}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(level * 100)}
    >
      {BARS.map((threshold) => (
        <span key={threshold} className={classes.bar} data-lit={level >= threshold || undefined} />
      ))}
    </div>
  );
}

function useLevel(track: MediaStreamTrack | null): number {
  const [level, setLevel] = useState(0);
  useEffect(() => {
    if (!track || typeof AudioContext === "undefined") return;
    const meter = new LevelMeter(track);
    const unsubscribe = meter.level.subscribe(() => setLevel(meter.level.get()));
    return () => {
      unsubscribe();
      meter.stop();
      setLevel(0);
    };
  }, [track]);
  return level;
}
