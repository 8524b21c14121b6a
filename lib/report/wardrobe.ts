/** Contact sheets of drawn garments, at the size at which a model sees them. */
import sharp from "sharp";
import {
  type DrawnPicture,
  drawnPictures,
  type Gender,
  rasterise,
  WARDROBE,
} from "../drawn/mod.ts";
import { labelledGrid } from "./grid.ts";

/** How a {@link wardrobeSheet} is laid out. */
export interface SheetOptions {
  /** Pictures of each kind of garment; 6 unless given. */
  readonly columns?: number;
  /** Pixels of a picture; 64 unless given, the miniature's. */
  readonly size?: number;
  /** Pixels on the sheet for each pixel of a picture; 2 unless given. */
  readonly scale?: number;
  /** The kinds of garment on the left; shown unless told otherwise. */
  readonly captions?: boolean;
}

/** Pictures of every kind of garment of a drawn set as PNG: a kind in each row, two of a product. */
export async function wardrobeSheet(
  gender: Gender,
  { columns = 6, size = 64, scale = 2, captions = true }: SheetOptions = {},
): Promise<Uint8Array> {
  const kinds = Object.keys(WARDROBE[gender]);
  const rows = new Map<string, DrawnPicture[]>(kinds.map((kind) => [kind, []]));
  for (const picture of drawnPictures(gender, Infinity)) {
    const row = rows.get(picture.attributes.category as string)!;
    const ofProduct = row.filter(({ product }) => product === picture.product).length;
    if (row.length < columns && ofProduct < 2) row.push(picture);
    if ([...rows.values()].every(({ length }) => length === columns)) break;
  }
  const length = size * size * 3, shown = [...rows.values()].flat();
  const bytes = new Uint8Array(shown.length * length);
  for (const [i, { svg }] of shown.entries()) bytes.set(await rasterise(svg, size), i * length);
  const sheet = await labelledGrid({ bytes, size, count: shown.length }, {
    columns,
    scale,
    kernel: "nearest",
    ...(captions ? { rowLabels: kinds } : {}),
  });
  // 256 colours: a third of the file, and hardly to be seen.
  const small = await sharp(sheet).png({ palette: true, compressionLevel: 9, effort: 10 })
    .toBuffer();
  return new Uint8Array(small);
}
