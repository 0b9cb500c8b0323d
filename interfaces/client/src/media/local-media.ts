// My own camera, microphone and screen: which devices, whether they are on, and what stands in the way.
import { Store, type ReadableStore } from "../store.ts";
import { classifyDeviceError, findObstacle, type DeviceProblem } from "./problems.ts";

/** A device to choose from. */
export interface DeviceChoice {
  id: string;
  /** Empty until permission has been given. */
  label: string;
}

/** A camera or a microphone of mine. */
export interface LocalDevice {
  /** Whether it should be on. */
  on: boolean;
  /** Whether it is being switched on. */
  starting: boolean;
  /** The track; a muted microphone keeps one, a camera that is off has none. */
  track: MediaStreamTrack | null;
  /** What stands in the way. */
  problem: DeviceProblem | null;
}

/** A shared screen, window or tab. */
export interface LocalScreen {
  video: MediaStreamTrack | null;
  audio: MediaStreamTrack | null;
  problem: DeviceProblem | null;
}

/** Choices that outlive the page. */
export interface DeviceChoices {
  cameraId: string | null;
  microphoneId: string | null;
  speakerId: string | null;
  cameraOn: boolean;
  microphoneOn: boolean;
}

/** Everything about my own media. */
export interface LocalMediaState {
  camera: LocalDevice;
  microphone: LocalDevice;
  screen: LocalScreen;
  cameras: readonly DeviceChoice[];
  microphones: readonly DeviceChoice[];
  speakers: readonly DeviceChoice[];
  choices: DeviceChoices;
}

/** Where choices are kept. */
export interface ChoicesStorage {
  load(): Partial<DeviceChoices>;
  save(choices: DeviceChoices): void;
}

/** The part of `navigator.mediaDevices` that is used here. */
export type MediaDevicesLike = Pick<
  MediaDevices,
  "getUserMedia" | "getDisplayMedia" | "enumerateDevices" | "addEventListener" | "removeEventListener"
>;

/** What {@link LocalMedia} works with; the browser's own when left out. */
export interface LocalMediaOptions {
  storage?: ChoicesStorage;
  mediaDevices?: MediaDevicesLike;
  obstacle?: () => DeviceProblem | null;
}

type Kind = "camera" | "microphone";

const OFF: LocalDevice = { on: false, starting: false, track: null, problem: null };

/** Owns the tracks of this page's devices. */
export class LocalMedia {
  private readonly store: Store<LocalMediaState>;
  private readonly storage: ChoicesStorage;
  private readonly devices: MediaDevicesLike | undefined;
  private readonly obstacle: () => DeviceProblem | null;
  /** Grows with every switch of a device, so that a slow answer to an older one is dropped. */
  private readonly turns: Record<Kind, number> = { camera: 0, microphone: 0 };
  private stopped = false;

  constructor(options: LocalMediaOptions = {}) {
    this.storage = options.storage ?? browserStorage;
    this.devices = options.mediaDevices ?? globalThis.navigator?.mediaDevices;
    this.obstacle = options.obstacle ?? findObstacle;
    const choices: DeviceChoices = {
      cameraId: null,
      microphoneId: null,
      speakerId: null,
      cameraOn: true,
      microphoneOn: true,
      ...this.storage.load(),
    };
    this.store = new Store<LocalMediaState>({
      camera: OFF,
      microphone: OFF,
      screen: { video: null, audio: null, problem: null },
      cameras: [],
      microphones: [],
      speakers: [],
      choices,
    });
  }

  /** My media as it is now. */
  get state(): ReadableStore<LocalMediaState> {
    return this.store;
  }

  /** Opens the devices as chosen before, with one question to the person when both are wanted. */
  async start(): Promise<void> {
    this.devices?.addEventListener("devicechange", this.devicesChanged);
    const { cameraOn, microphoneOn } = this.store.get().choices;
    if (cameraOn && microphoneOn && this.devices && this.obstacle() === null) {
      const turns = { ...this.turns };
      this.setDevice("camera", { on: true, starting: true });
      this.setDevice("microphone", { on: true, starting: true });
      try {
        const stream = await this.devices.getUserMedia({
          video: this.constraints("camera"),
          audio: this.constraints("microphone"),
        });
        for (const kind of ["camera", "microphone"] as const) {
          const track = (kind === "camera" ? stream.getVideoTracks() : stream.getAudioTracks())[0];
          if (!track) continue;
          if (this.stopped || this.turns[kind] !== turns[kind]) track.stop();
          else this.accept(kind, track);
        }
        await this.refreshDevices();
        return;
      } catch {
        // One of them is in the way of both: ask for each alone, to know which.
        if (this.stopped) return;
      }
    }
    if (microphoneOn && !this.store.get().microphone.track) await this.open("microphone");
    if (cameraOn && !this.store.get().camera.track) await this.open("camera");
    await this.refreshDevices();
  }

  /** Switches the camera. Off means off: the light goes out. */
  async setCamera(on: boolean): Promise<void> {
    this.choose({ cameraOn: on });
    if (on) await this.open("camera");
    else this.closeDevice("camera");
  }

  /** Switches the microphone. It stays open while muted, so that speaking again is instant. `remember`: as my choice. */
  async setMicrophone(on: boolean, remember = true): Promise<void> {
    if (remember) this.choose({ microphoneOn: on });
    const { track } = this.store.get().microphone;
    if (track && track.readyState === "live") {
      track.enabled = on;
      this.setDevice("microphone", { on, starting: false });
    } else if (on) {
      await this.open("microphone");
    } else {
      this.closeDevice("microphone");
    }
  }

  /** Takes another camera; it is opened when the camera is on. */
  async selectCamera(id: string): Promise<void> {
    this.choose({ cameraId: id });
    if (this.store.get().camera.on) await this.open("camera");
  }

  /** Takes another microphone; it is opened when one is open. */
  async selectMicrophone(id: string): Promise<void> {
    this.choose({ microphoneId: id });
    const { on, track } = this.store.get().microphone;
    if (on || track) await this.open("microphone", on);
  }

  /** Takes another loudspeaker. */
  selectSpeaker(id: string): void {
    this.choose({ speakerId: id });
  }

  /** Asks what to share. Resolves with false when the person changed their mind, or it cannot be done. */
  async shareScreen(): Promise<boolean> {
    if (!this.devices?.getDisplayMedia) {
      this.setScreen({ video: null, audio: null, problem: "unsupported" });
      return false;
    }
    try {
      const stream = await this.devices.getDisplayMedia({
        video: { frameRate: { ideal: 15, max: 30 } },
        audio: true,
      });
      const video = stream.getVideoTracks()[0] ?? null;
      const audio = stream.getAudioTracks()[0] ?? null;
      if (this.stopped || !video) {
        for (const track of stream.getTracks()) track.stop();
        return false;
      }
      this.stopScreen();
      video.contentHint = "detail";
      video.addEventListener("ended", () => {
        if (this.store.get().screen.video === video) this.stopScreen();
      });
      this.setScreen({ video, audio, problem: null });
      return true;
    } catch (error) {
      const problem = classifyDeviceError(error);
      // "Denied" is also what closing the picker looks like.
      this.setScreen({ video: null, audio: null, problem: problem === "denied" ? null : problem });
      return false;
    }
  }

  /** Stops to share. */
  stopScreen(): void {
    const { video, audio } = this.store.get().screen;
    this.setScreen({ video: null, audio: null, problem: null });
    video?.stop();
    audio?.stop();
  }

  /** Lets go of every device. */
  stop(): void {
    this.stopped = true;
    this.devices?.removeEventListener("devicechange", this.devicesChanged);
    this.closeDevice("camera");
    this.closeDevice("microphone");
    this.stopScreen();
  }

  private async open(kind: Kind, on = true): Promise<void> {
    const turn = (this.turns[kind] += 1);
    const obstacle = this.obstacle();
    if (obstacle !== null || !this.devices) {
      this.setDevice(kind, { on: false, starting: false, problem: obstacle ?? "unsupported" });
      return;
    }
    this.setDevice(kind, { on, starting: true });
    try {
      const track = await this.capture(kind);
      if (this.stopped || this.turns[kind] !== turn) {
        track.stop();
        return;
      }
      track.enabled = on;
      this.accept(kind, track, on);
    } catch (error) {
      if (this.stopped || this.turns[kind] !== turn) return;
      this.dropTrack(kind);
      this.setDevice(kind, {
        on: false,
        starting: false,
        track: null,
        problem: classifyDeviceError(error),
      });
    }
    await this.refreshDevices();
  }

  private async capture(kind: Kind): Promise<MediaStreamTrack> {
    const key = kind === "camera" ? "video" : "audio";
    const stream = await this.devices?.getUserMedia({ [key]: this.constraints(kind) });
    const track = stream?.getTracks()[0];
    if (!track) throw new DOMException("no track", "NotFoundError");
    return track;
  }

  /** A remembered device that is not plugged in is no reason to fail: its id is only `ideal`. */
  private constraints(kind: Kind): MediaTrackConstraints {
    const { cameraId, microphoneId } = this.store.get().choices;
    const id = kind === "camera" ? cameraId : microphoneId;
    const device = id === null ? {} : { deviceId: { ideal: id } };
    return kind === "camera"
      ? { ...device, width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } }
      : { ...device, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  }

  private accept(kind: Kind, track: MediaStreamTrack, on = true): void {
    this.dropTrack(kind);
    track.addEventListener("ended", () => {
      if (this.store.get()[kind].track !== track) return;
      this.setDevice(kind, { on: false, track: null, problem: "lost" });
    });
    this.setDevice(kind, { on, starting: false, track, problem: null });
  }

  private closeDevice(kind: Kind): void {
    this.turns[kind] += 1;
    this.dropTrack(kind);
    this.setDevice(kind, { on: false, starting: false, track: null, problem: null });
  }

  private dropTrack(kind: Kind): void {
    const { track } = this.store.get()[kind];
    if (track) {
      this.setDevice(kind, { track: null });
      track.stop();
    }
  }

  private readonly devicesChanged = (): void => void this.refreshDevices();

  private async refreshDevices(): Promise<void> {
    const all = (await this.devices?.enumerateDevices().catch(() => [])) ?? [];
    if (this.stopped) return;
    const choices = (kind: MediaDeviceKind): DeviceChoice[] =>
      all
        .filter((device) => device.kind === kind && device.deviceId !== "")
        .map((device) => ({ id: device.deviceId, label: device.label }));
    this.store.update((state) => ({
      ...state,
      cameras: choices("videoinput"),
      microphones: choices("audioinput"),
      speakers: choices("audiooutput"),
    }));
  }

  private setDevice(kind: Kind, change: Partial<LocalDevice>): void {
    this.store.update((state) => ({ ...state, [kind]: { ...state[kind], ...change } }));
  }

  private setScreen(screen: LocalScreen): void {
    this.store.update((state) => ({ ...state, screen }));
  }

  private choose(change: Partial<DeviceChoices>): void {
    this.store.update((state) => ({ ...state, choices: { ...state.choices, ...change } }));
    this.storage.save(this.store.get().choices);
  }
}

const KEY = "open-meeting.devices";

const browserStorage: ChoicesStorage = {
  load: () => {
    try {
      const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
      return typeof value === "object" && value !== null ? readChoices(value as Record<string, unknown>) : {};
    } catch {
      return {};
    }
  },
  save: (choices) => {
    try {
      localStorage.setItem(KEY, JSON.stringify(choices));
    } catch {
      // Storage is switched off or full: the choice holds for this page.
    }
  },
};

function readChoices(value: Record<string, unknown>): Partial<DeviceChoices> {
  const choices: Partial<DeviceChoices> = {};
  for (const key of ["cameraId", "microphoneId", "speakerId"] as const) {
    if (typeof value[key] === "string") choices[key] = value[key];
  }
  for (const key of ["cameraOn", "microphoneOn"] as const) {
    if (typeof value[key] === "boolean") choices[key] = value[key];
  }
  return choices;
}
