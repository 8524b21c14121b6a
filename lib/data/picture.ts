/** Where a picture's bytes come from, and how they are decoded: with sharp, the same way everywhere. */
import sharp, { type Sharp } from "sharp";

/** A picture wherever it lies: in a file of its own, inside an archive, or drawn when asked for. */
export interface PictureSource {
  /** For messages: a path, or an archive and the place in it. */
  readonly name: string;
  /** Where it has a file of its own: the file's absolute path. */
  readonly path?: string;
  /** The bytes of a picture file, or RGB values where `raw` says so. */
  bytes(): Promise<Uint8Array>;
  /** The bytes are uint8 [height, width, 3] rather than a file. */
  readonly raw?: { readonly width: number; readonly height: number };
  /** Rank within its archive: passes over many pictures go in this order; 0 unless given. */
  readonly position?: number;
  /** What stands for the bytes in a fingerprint, where the picture is made by a rule: names rule and draw. */
  readonly key?: string;
  /** uint8 RGB [size, size, 3] where the picture can be made at any size; else it is resized. */
  pixels?(size: number): Promise<Uint8Array>;
}

/** A picture in a file of its own; `path` is absolute. */
export function filePicture(path: string): PictureSource {
  return { name: path, path, bytes: () => Deno.readFile(path) };
}

/**
 * A picture ready for sharp: upright by its EXIF mark, in 8-bit sRGB, transparency laid on white.
 *
 * A truncated or damaged file is an error; a decoder's mere warning is not. Of an animation the first
 * frame is taken.
 */
export async function openPicture(image: PictureSource): Promise<Sharp> {
  const bytes = await image.bytes();
  // sharp's own message about no bytes at all speaks of its arguments.
  if (bytes.length === 0) throw new Error("the file is empty");
  if (!image.raw && isLfsPointer(bytes)) {
    throw new Error(
      "it is a pointer of Git LFS, not the picture: run git lfs pull where it is from",
    );
  }
  const input = image.raw
    ? sharp(bytes, { raw: { ...image.raw, channels: 3 } })
    : sharp(bytes, { failOn: "error", autoOrient: true });
  if (!image.raw && isTiff(bytes)) await refuseFloats(input);
  return input.toColourspace("srgb").flatten({ background: "#ffffff" });
}

const LFS = new TextEncoder().encode("version https://git-lfs");

const isLfsPointer = (bytes: Uint8Array) => LFS.every((byte, i) => bytes[i] === byte);

const isTiff = (bytes: Uint8Array) =>
  bytes[0] === bytes[1] && (bytes[0] === 0x49 || bytes[0] === 0x4d) &&
  (bytes[2] === 42 || bytes[3] === 42);

/** Throws on samples in floating point: what is white in them the file does not say. */
async function refuseFloats(picture: Sharp): Promise<void> {
  const { depth } = await picture.metadata();
  if (depth !== "float" && depth !== "double" && depth !== "complex") return;
  throw new Error(
    `its samples are ${depth}s, of which the file does not say what is white; expected 8 or 16 bits: ` +
      "convert it, for example: magick picture.tif -depth 16 picture.png",
  );
}

/** Why a picture cannot be decoded, or undefined where it can. Decodes every pixel. */
export async function pictureFault(image: PictureSource): Promise<string | undefined> {
  try {
    await (await openPicture(image)).raw().toBuffer();
  } catch (error) {
    // libvips speaks over several lines.
    return (error as Error).message.trim().replaceAll(/\s*\n\s*/g, "; ");
  }
}

/**
 * A picture as uint8 RGB [size, size, 3], fitted whole into the square on white.
 *
 * Whole rather than cropped, because a garment's ends tell a dress from a shirt; lanczos3 on sRGB
 * values, as CLIP and Stable Diffusion are prepared, without the decoder's own coarser shrinking.
 */
export async function readPicture(image: PictureSource, size: number): Promise<Uint8Array> {
  const data = image.pixels ? await image.pixels(size) : await resized(image, size);
  if (data.length !== size * size * 3) {
    throw new Error(`expected ${size * size * 3} bytes of RGB, found ${data.length}`);
  }
  return data;
}

async function resized(image: PictureSource, size: number): Promise<Uint8Array> {
  return await (await openPicture(image))
    .resize(size, size, {
      fit: "contain",
      background: "#ffffff",
      kernel: "lanczos3",
      fastShrinkOnLoad: false,
    })
    .removeAlpha().raw({ depth: "uchar" }).toBuffer();
}

/** Items in the order in which their pictures are stored, so that an archive is read once through. */
export function inStoredOrder<T extends { readonly image: PictureSource }>(
  items: readonly T[],
): T[] {
  return [...items].sort((a, b) => (a.image.position ?? 0) - (b.image.position ?? 0));
}
