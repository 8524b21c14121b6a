/** Decodes picture files with sharp, the same way everywhere. */
import sharp, { type Sharp } from "sharp";

/**
 * A picture file, upright by its EXIF mark, in 8-bit sRGB, transparency laid on white.
 *
 * A truncated or damaged file is an error; a decoder's mere warning is not. Of an animation the first
 * frame is taken.
 */
export function openPicture(image: string): Sharp {
  return sharp(image, { failOn: "error", autoOrient: true })
    .toColourspace("srgb").flatten({ background: "#ffffff" });
}

/** Why a picture cannot be decoded, or undefined where it can. Decodes every pixel. */
export async function pictureFault(image: string): Promise<string | undefined> {
  try {
    await openPicture(image).raw().toBuffer();
  } catch (error) {
    // libvips names the file once more, over several lines.
    return (error as Error).message.replaceAll(`${image}: `, "").trim().replaceAll(
      /\s*\n\s*/g,
      "; ",
    );
  }
}

/**
 * A picture as uint8 RGB [size, size, 3], fitted whole into the square on white.
 *
 * Whole rather than cropped, because a garment's ends tell a dress from a shirt; lanczos3 on sRGB
 * values, as CLIP and Stable Diffusion are prepared, without the decoder's own coarser shrinking.
 */
export async function readPicture(image: string, size: number): Promise<Uint8Array> {
  const { data } = await openPicture(image)
    .resize(size, size, {
      fit: "contain",
      background: "#ffffff",
      kernel: "lanczos3",
      fastShrinkOnLoad: false,
    })
    .removeAlpha().raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
  if (data.length !== size * size * 3) {
    throw new Error(`expected ${size * size * 3} bytes of RGB, found ${data.length}`);
  }
  return data;
}
