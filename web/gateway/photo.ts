/** A photo as it is sent: upright and small. It is drawn again from its pixels, which leaves out everything else in the file. */

/** Long side in pixels: enough to read a label on a pump. */
const longest = 1600;
const quality = 0.82;

/** Undefined where this browser cannot open the file as a picture. */
export async function smallPhoto(file: Blob): Promise<Blob | undefined> {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
    const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const made = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', quality));
    return made ?? undefined;
  } catch {
    return undefined;
  }
}
