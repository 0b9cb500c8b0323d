// Small questions about lists of devices.
import type { DeviceChoice } from "@open-meeting/client";

/** The device that is in use: the track's own, else the remembered one, else the first. */
export function chosen(
  devices: readonly DeviceChoice[],
  remembered: string | null,
  track: MediaStreamTrack | null,
): string | null {
  const inUse = track?.getSettings().deviceId;
  const known = (id: string | null | undefined): boolean => devices.some((device) => device.id === id);
  if (known(inUse)) return inUse ?? null;
  if (known(remembered)) return remembered;
  return devices[0]?.id ?? null;
}

/** Devices with a name each, also before the browser tells names. */
export function labelled(devices: readonly DeviceChoice[], fallback: string): DeviceChoice[] {
  return devices.map((device, index) => ({
    id: device.id,
    label: device.label === "" ? `${fallback} ${index + 1}` : device.label,
  }));
}

/** Whether this browser can play sound on a chosen loudspeaker. */
export function canChooseSpeaker(): boolean {
  return typeof HTMLMediaElement !== "undefined" && "setSinkId" in HTMLMediaElement.prototype;
}
