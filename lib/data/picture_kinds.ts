/** Which files are pictures that can be decoded: one list, asked of sharp itself. */
import sharp from "sharp";

/** Kinds of pictures among what sharp reads; drawings and documents are none. */
const KINDS = ["jpeg", "png", "webp", "gif", "tiff", "heif"] as const;

/** Endings of pictures that can be decoded, such as ".jpg". */
export const PICTURE_ENDINGS: readonly string[] = KINDS.flatMap((kind) => {
  const { input } = sharp.format[kind] as { input: { buffer: boolean; fileSuffix?: string[] } };
  return input.buffer ? input.fileSuffix ?? [] : [];
});

/** Why pictures of other kinds cannot be read, and what to do, by their endings. */
const OTHERS: Readonly<Record<string, string>> = {
  ".heic": "HEIC needs a decoder of HEVC, which is not free to ship",
  ".heif": "HEIF needs a decoder of HEVC, which is not free to ship",
  ".bmp": "BMP is not among what sharp decodes",
  ".jp2": "JPEG 2000 is not among what sharp decodes",
  ".jxl": "JPEG XL is not among what sharp decodes",
  ".psd": "PSD is not among what sharp decodes",
  ".svg": "SVG is a drawing, which may load other files",
  ".tga": "TGA is not among what sharp decodes",
};

const endingOf = (path: string) => /\.[^./\\]+$/.exec(path)?.[0].toLowerCase() ?? "";

/** Whether a file's name says that it is a picture that can be decoded. */
export function isPicture(path: string): boolean {
  return PICTURE_ENDINGS.includes(endingOf(path));
}

/** Why a file that looks like a picture cannot be decoded, and the way out; undefined for all others. */
export function undecodable(path: string): string | undefined {
  const why = OTHERS[endingOf(path)];
  return why && `${why}; convert it, for example: magick ${path.split("/").at(-1)} picture.jpg`;
}
