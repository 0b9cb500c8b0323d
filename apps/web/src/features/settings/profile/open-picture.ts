// Reads a chosen file as a picture, as the browser shows it: upright, whatever the camera wrote into it.

/** A picture that can be shown. */
export interface OpenPicture {
  file: File;
  /** For `<img>`; to be revoked when it is not shown any more. */
  url: string;
  /** In pixels. */
  width: number;
  /** In pixels. */
  height: number;
}

/** Opens a file; rejects when the browser cannot show it. */
export async function openPicture(file: File): Promise<OpenPicture> {
  const url = URL.createObjectURL(file);
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
    return { file, url, width: image.naturalWidth, height: image.naturalHeight };
  } catch (error) {
    URL.revokeObjectURL(url);
    throw error;
  }
}
