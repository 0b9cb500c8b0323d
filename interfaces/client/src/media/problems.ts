// Why a camera or a microphone cannot be used, in a word that the interface can explain.

/** What is wrong with a device. */
export type DeviceProblem =
  /** The person, or the browser on their behalf, said no. */
  | "denied"
  /** The operating system said no. */
  | "denied-by-system"
  /** There is none. */
  | "not-found"
  /** Another program uses it. */
  | "busy"
  /** It was unplugged while in use. */
  | "lost"
  /** The page was not loaded over https. */
  | "insecure"
  /** The browser has no WebRTC. */
  | "unsupported"
  /** Something else. */
  | "unknown";

/** The parts of a browser that matter here. */
export interface Surroundings {
  isSecureContext: boolean;
  mediaDevices: Pick<MediaDevices, "getUserMedia"> | undefined;
  hasPeerConnection: boolean;
}

/** What makes every device unusable, before any is asked for. */
export function findObstacle(surroundings: Surroundings = browserSurroundings()): DeviceProblem | null {
  if (!surroundings.isSecureContext && !surroundings.mediaDevices) return "insecure";
  if (!surroundings.mediaDevices || !surroundings.hasPeerConnection) return "unsupported";
  return null;
}

/** Reads what `getUserMedia` threw (W3C Media Capture and Streams, section 10.2). */
export function classifyDeviceError(error: unknown): DeviceProblem {
  const name = error instanceof Error || isNamed(error) ? error.name : "";
  const message = error instanceof Error ? error.message : "";
  switch (name) {
    case "NotAllowedError":
    case "PermissionDeniedError":
      return /system/i.test(message) ? "denied-by-system" : "denied";
    case "SecurityError":
      return "insecure";
    case "NotFoundError":
    case "DevicesNotFoundError":
    case "OverconstrainedError":
      return "not-found";
    case "NotReadableError":
    case "TrackStartError":
    case "AbortError":
      return "busy";
    default:
      return "unknown";
  }
}

function isNamed(value: unknown): value is { name: string } {
  return typeof value === "object" && value !== null && "name" in value && typeof value.name === "string";
}

function browserSurroundings(): Surroundings {
  return {
    isSecureContext: globalThis.isSecureContext,
    mediaDevices: globalThis.navigator?.mediaDevices,
    hasPeerConnection: typeof RTCPeerConnection === "function",
  };
}
