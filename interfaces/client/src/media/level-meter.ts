// How loud a track is, for a meter that moves.
import { Store, type ReadableStore } from "../store.ts";

/** Root mean square below which nothing is shown, and at which the meter is full, in decibels of full scale. */
const FLOOR_DB = -60;
const FULL_DB = -10;

/** Loudness of samples between -1 and 1 as 0 (silence) to 1 (very loud), on a decibel scale. */
export function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const rms = Math.sqrt(sum / Math.max(1, samples.length));
  if (rms === 0) return 0;
  const decibels = 20 * Math.log10(rms);
  return Math.min(1, Math.max(0, (decibels - FLOOR_DB) / (FULL_DB - FLOOR_DB)));
}

/** Measures one track until stopped. The level falls slowly, so that it can be followed with the eye. */
export class LevelMeter {
  private readonly store = new Store(0);
  private readonly context: AudioContext;
  private frame = 0;

  constructor(track: MediaStreamTrack) {
    this.context = new AudioContext();
    const analyser = this.context.createAnalyser();
    analyser.fftSize = 1024;
    this.context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const measure = (): void => {
      analyser.getFloatTimeDomainData(samples);
      const level = loudness(samples);
      const shown = Math.max(level, this.store.get() * 0.92);
      this.store.set(shown < 0.005 ? 0 : Math.round(shown * 200) / 200);
      this.frame = requestAnimationFrame(measure);
    };
    this.frame = requestAnimationFrame(measure);
  }

  /** 0 to 1. */
  get level(): ReadableStore<number> {
    return this.store;
  }

  /** Ends the measuring. The track goes on. */
  stop(): void {
    cancelAnimationFrame(this.frame);
    void this.context.close();
  }
}
