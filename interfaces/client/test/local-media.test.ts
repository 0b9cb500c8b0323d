// My devices: what is on, what is in the way, what is remembered.
import { describe, expect, it, vi } from "vitest";
import { loudness } from "../src/media/level-meter.ts";
import { LocalMedia, type DeviceChoices } from "../src/media/local-media.ts";
import { classifyDeviceError, findObstacle, type DeviceProblem } from "../src/media/problems.ts";
import { FakeTrack } from "./fakes.ts";

type Refusal = Partial<Record<"audio" | "video", string>>;

function stream(tracks: FakeTrack[]) {
  return {
    getTracks: () => tracks,
    getVideoTracks: () => tracks.filter((track) => track.kind === "video"),
    getAudioTracks: () => tracks.filter((track) => track.kind === "audio"),
  };
}

function setUp(options: { remembered?: Partial<DeviceChoices>; obstacle?: DeviceProblem } = {}) {
  const refuse: Refusal = {};
  const tracks: FakeTrack[] = [];
  const capture = (constraints: MediaStreamConstraints) => {
    const kinds = (["video", "audio"] as const).filter((kind) => constraints[kind]);
    for (const kind of kinds) {
      if (refuse[kind]) return Promise.reject(new DOMException("", refuse[kind]));
    }
    const made = kinds.map((kind) => new FakeTrack(kind, `${kind}-${tracks.length}`));
    tracks.push(...made);
    return Promise.resolve(stream(made));
  };
  const devices = Object.assign(new EventTarget(), {
    getUserMedia: vi.fn(capture),
    getDisplayMedia: vi.fn(capture),
    enumerateDevices: vi.fn(() =>
      Promise.resolve([
        { kind: "videoinput", deviceId: "cam", label: "Camera" },
        { kind: "audioinput", deviceId: "mic", label: "Microphone" },
        { kind: "audiooutput", deviceId: "", label: "" },
      ]),
    ),
  });
  const saved: DeviceChoices[] = [];
  const local = new LocalMedia({
    mediaDevices: devices as never,
    obstacle: () => options.obstacle ?? null,
    storage: { load: () => options.remembered ?? {}, save: (choices) => saved.push(choices) },
  });
  return { local, devices, refuse, tracks, saved, state: () => local.state.get() };
}

describe("starting", () => {
  it("asks once for both devices, and lists what there is", async () => {
    const { local, devices, state } = setUp();
    await local.start();
    expect(devices.getUserMedia).toHaveBeenCalledOnce();
    expect(state()).toMatchObject({
      camera: { on: true, starting: false, problem: null },
      microphone: { on: true, starting: false, problem: null },
      cameras: [{ id: "cam", label: "Camera" }],
      speakers: [],
    });
    expect(state().camera.track?.kind).toBe("video");
  });

  it("finds out which of the two is in the way", async () => {
    const { local, refuse, state } = setUp();
    refuse.video = "NotReadableError";
    await local.start();
    expect(state().camera).toMatchObject({ on: false, track: null, problem: "busy" });
    expect(state().microphone).toMatchObject({ on: true, problem: null });
  });

  it("leaves off what was off the last time, and wants the device that was chosen", async () => {
    const { local, devices, state } = setUp({ remembered: { cameraOn: false, microphoneId: "mic-2" } });
    await local.start();
    expect(devices.getUserMedia).toHaveBeenCalledExactlyOnceWith({
      audio: expect.objectContaining({ deviceId: { ideal: "mic-2" } }) as unknown,
    });
    expect(state().camera).toMatchObject({ on: false, track: null });
  });

  it("asks for nothing when the browser cannot", async () => {
    const { local, devices, state } = setUp({ obstacle: "insecure" });
    await local.start();
    expect(devices.getUserMedia).not.toHaveBeenCalled();
    expect(state().camera.problem).toBe("insecure");
    expect(state().microphone.problem).toBe("insecure");
  });
});

describe("switching", () => {
  it("closes the camera for real, and opens another one", async () => {
    const { local, state, saved } = setUp();
    await local.start();
    const first = state().camera.track;
    await local.setCamera(false);
    expect(first?.readyState).toBe("ended");
    expect(state().camera).toMatchObject({ on: false, track: null, problem: null });
    await local.setCamera(true);
    expect(state().camera.track).not.toBe(first);
    expect(saved.map((choices) => choices.cameraOn)).toEqual([false, true]);
  });

  it("keeps a muted microphone open", async () => {
    const { local, devices, state } = setUp();
    await local.start();
    const { track } = state().microphone;
    await local.setMicrophone(false);
    expect(state().microphone).toMatchObject({ on: false, track });
    expect(track).toMatchObject({ enabled: false, readyState: "live" });
    await local.setMicrophone(true);
    expect(track?.enabled).toBe(true);
    expect(devices.getUserMedia).toHaveBeenCalledOnce();
  });

  it("takes another microphone without unmuting", async () => {
    const { local, state, tracks } = setUp();
    await local.start();
    await local.setMicrophone(false);
    await local.selectMicrophone("other");
    expect(tracks).toHaveLength(3);
    expect(tracks[1]?.readyState).toBe("ended");
    expect(state().microphone).toMatchObject({ on: false, track: { enabled: false, readyState: "live" } });
  });

  it("drops an answer that comes too late", async () => {
    const { local, devices, state, tracks } = setUp({ remembered: { cameraOn: false, microphoneOn: false } });
    let allow: (stream: unknown) => void = () => undefined;
    devices.getUserMedia.mockImplementationOnce(() => new Promise((resolve) => (allow = resolve as never)));
    const opening = local.setCamera(true);
    await local.setCamera(false);
    const late = new FakeTrack("video");
    allow(stream([late]));
    await opening;
    expect(late.readyState).toBe("ended");
    expect(state().camera).toMatchObject({ on: false, track: null });
    expect(tracks).toHaveLength(0);
  });

  it("notices a device that is unplugged", async () => {
    const { local, state, tracks } = setUp();
    await local.start();
    tracks.find((track) => track.kind === "video")?.unplug();
    expect(state().camera).toMatchObject({ on: false, track: null, problem: "lost" });
  });
});

describe("sharing", () => {
  it("ends from the page and from the browser's own button", async () => {
    const { local, state, tracks } = setUp();
    expect(await local.shareScreen()).toBe(true);
    expect(state().screen.video?.contentHint).toBe("detail");
    local.stopScreen();
    expect(tracks.every((track) => track.readyState === "ended")).toBe(true);
    await local.shareScreen();
    tracks.findLast((track) => track.kind === "video")?.unplug();
    expect(state().screen).toEqual({ video: null, audio: null, problem: null });
  });

  it("is no problem when the person changes their mind", async () => {
    const { local, refuse, state } = setUp();
    refuse.video = "NotAllowedError";
    expect(await local.shareScreen()).toBe(false);
    expect(state().screen.problem).toBeNull();
    refuse.video = "NotReadableError";
    await local.shareScreen();
    expect(state().screen.problem).toBe("busy");
  });
});

it("lets go of everything", async () => {
  const { local, tracks } = setUp();
  await local.start();
  await local.shareScreen();
  local.stop();
  expect(tracks).toHaveLength(4);
  expect(tracks.every((track) => track.readyState === "ended")).toBe(true);
});

describe("problems", () => {
  it.each([
    ["NotAllowedError", "", "denied"],
    ["NotAllowedError", "Permission denied by system", "denied-by-system"],
    ["NotFoundError", "", "not-found"],
    ["OverconstrainedError", "", "not-found"],
    ["NotReadableError", "", "busy"],
    ["AbortError", "", "busy"],
    ["SecurityError", "", "insecure"],
    ["TypeError", "", "unknown"],
  ])("%s %s is %s", (name, message, problem) => {
    expect(classifyDeviceError(new DOMException(message, name))).toBe(problem);
  });

  it("are seen before asking", () => {
    const mediaDevices = { getUserMedia: vi.fn() };
    const fine = { isSecureContext: true, mediaDevices, hasPeerConnection: true };
    expect(findObstacle(fine)).toBeNull();
    expect(findObstacle({ ...fine, isSecureContext: false, mediaDevices: undefined })).toBe("insecure");
    expect(findObstacle({ ...fine, mediaDevices: undefined })).toBe("unsupported");
    expect(findObstacle({ ...fine, hasPeerConnection: false })).toBe("unsupported");
    expect(classifyDeviceError("what")).toBe("unknown");
  });
});

it("shows loudness on a scale of decibels", () => {
  const tone = (amplitude: number) => new Float32Array(256).fill(amplitude);
  expect(loudness(tone(0))).toBe(0);
  expect(loudness(tone(0.0009))).toBe(0);
  expect(loudness(tone(1))).toBe(1);
  expect(loudness(tone(0.02))).toBeGreaterThan(0.4);
  expect(loudness(tone(0.02))).toBeLessThan(0.7);
});
