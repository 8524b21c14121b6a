/** Grids of pictures: plain ones that a run keeps, and labelled ones to look at. */
import { Buffer } from "node:buffer";
import { join } from "@std/path";
import sharp, { type Sharp } from "sharp";
import { writeAtomic, writeJson } from "../runtime/mod.ts";
import { FONT_FAMILY, textWidth, useBundledFonts, wrapText } from "./fonts.ts";
import type { Samples } from "./record.ts";
import { escapeXml } from "./table.ts";

/** `count` square RGB pictures of `size` pixels, one after the other: bytes [count, size, size, 3]. */
export interface Tiles {
  readonly bytes: Uint8Array;
  readonly size: number;
  readonly count: number;
}

/** Pixels [n, size, size, 3] in [-1, 1] as bytes; values outside are clipped. */
export function toTiles(pixels: Float32Array, size: number): Tiles {
  const count = pixels.length / (size * size * 3);
  if (!Number.isInteger(count) || count === 0) {
    throw new Error(
      `${pixels.length} numbers, expected a multiple of ${size} × ${size} × 3: pictures of ` +
        `${size} pixels; give the size they were made with`,
    );
  }
  return { bytes: Uint8Array.from(pixels, toByte), size, count };
}

function toByte(value: number): number {
  return Math.round((Math.min(1, Math.max(-1, value)) + 1) * 127.5);
}

/** Tiles one after the other, from several sets of one size. */
export function joinTiles(sets: readonly Tiles[]): Tiles {
  const size = sets[0]?.size ?? 0;
  const other = sets.find((tiles) => tiles.size !== size);
  if (other !== undefined) {
    throw new Error(`pictures of ${other.size} pixels beside ${size}, expected one size`);
  }
  const bytes = new Uint8Array(sets.reduce((sum, tiles) => sum + tiles.bytes.length, 0));
  let at = 0;
  for (const tiles of sets) {
    bytes.set(tiles.bytes, at);
    at += tiles.bytes.length;
  }
  return { bytes, size, count: sets.reduce((sum, tiles) => sum + tiles.count, 0) };
}

/** Tile `index` alone. */
export function tile({ bytes, size }: Tiles, index: number): Tiles {
  const length = size * size * 3;
  return { bytes: bytes.subarray(index * length, (index + 1) * length), size, count: 1 };
}

/** A PNG of the tiles row by row, without gaps or labels; unused places are black. */
export async function plainGrid(tiles: Tiles, columns: number): Promise<Uint8Array> {
  const { size, count, bytes } = tiles, width = columns * size;
  const height = Math.ceil(count / columns) * size, canvas = new Uint8Array(width * height * 3);
  forEachLine(
    tiles,
    columns,
    (tile, line) => canvas.set(bytes.subarray(tile, tile + size * 3), line),
  );
  return await png(sharp(canvas, { raw: { width, height, channels: 3 } }));
}

/** The first `count` tiles of a PNG made by {@link plainGrid}; throws where it has another size. */
export async function cutTiles(
  path: string,
  { size, columns, count }: { size: number; columns: number; count: number },
): Promise<Tiles> {
  const { data, info } = await sharp(path).removeAlpha().toColourspace("srgb").raw()
    .toBuffer({ resolveWithObject: true });
  const width = columns * size, height = Math.ceil(count / columns) * size;
  if (info.width !== width || info.height < height || info.channels !== 3) {
    throw new Error(
      `${path}: ${info.width} × ${info.height} pixels, expected ${width} × ${height} for ` +
        `${count} pictures of ${size} in ${columns} columns; samples.json beside it says so`,
    );
  }
  const tiles = { bytes: new Uint8Array(count * size * size * 3), size, count };
  forEachLine(tiles, columns, (tile, line) => {
    tiles.bytes.set(data.subarray(line, line + size * 3), tile);
  });
  return tiles;
}

/** Offsets, in the tiles and in a plain grid of them, of every pixel line of every tile. */
function forEachLine(
  { size, count }: Tiles,
  columns: number,
  visit: (tile: number, grid: number) => void,
): void {
  for (let i = 0; i < count; i++) {
    const top = Math.floor(i / columns) * size, left = (i % columns) * size;
    for (let y = 0; y < size; y++) {
      visit((i * size + y) * size * 3, ((top + y) * columns * size + left) * 3);
    }
  }
}

/** Writes samples.png and samples.json of a run: picture i of pixels [n, size, size, 3] shows prompt i. */
export async function writeSamples(
  folder: string,
  pixels: Float32Array,
  samples: Samples,
): Promise<void> {
  const tiles = toTiles(pixels, samples.size);
  if (tiles.count !== samples.prompts.length) {
    throw new Error(
      `${tiles.count} pictures, expected one for each of ${samples.prompts.length} prompts`,
    );
  }
  await writeJson(join(folder, "samples.json"), samples);
  await writeAtomic(join(folder, "samples.png"), await plainGrid(tiles, samples.columns));
}

export interface GridOptions {
  readonly columns: number;
  /** Pixels drawn for each pixel of a picture; 2 unless given. */
  readonly scale?: number;
  /** "lanczos3" (smooth, the default) or "nearest" (squares). */
  readonly kernel?: "lanczos3" | "nearest";
  readonly rowLabels?: readonly string[];
  readonly columnLabels?: readonly string[];
}

const GAP = 4, ROW_FONT = 14, COLUMN_FONT = 12, LINE = 1.25, LABEL_WIDTH = 150, LABEL_LINES = 4;
const INK = "#222222";

/** A labelled grid of pixels [n, size, size, 3] in [-1, 1] as PNG on white. */
export function pictureGrid(
  pixels: Float32Array,
  { size, ...options }: GridOptions & { readonly size: number },
): Promise<Uint8Array> {
  return labelledGrid(toTiles(pixels, size), options);
}

/** A labelled grid of tiles as PNG on white: row labels on the left, column labels above. */
export async function labelledGrid(tiles: Tiles, options: GridOptions): Promise<Uint8Array> {
  const { columns, scale = 2, kernel = "lanczos3", rowLabels = [], columnLabels = [] } = options;
  const side = Math.round(tiles.size * scale), lines = Math.ceil(tiles.count / columns);
  const rows = rowLabels.map((label) => wrapText(label, ROW_FONT, LABEL_WIDTH, LABEL_LINES));
  const heads = columnLabels.map((l) => wrapText(l, COLUMN_FONT, side - GAP, LABEL_LINES));
  const widest = Math.max(0, ...rows.flat().map((line) => textWidth(line, ROW_FONT)));
  const left = GAP + (widest > 0 ? Math.ceil(widest) + 2 * GAP : 0);
  const headLines = Math.max(0, ...heads.map((wrapped) => wrapped.length));
  const top = GAP + Math.ceil(headLines * COLUMN_FONT * LINE) + (headLines > 0 ? GAP : 0);
  const x = (column: number) => left + column * (side + GAP);
  const y = (row: number) => top + row * (side + GAP);
  const width = x(columns), height = y(lines);
  const text = (content: string, x: number, y: number, size: number, anchor: string) =>
    `<text x="${x}" y="${y.toFixed(1)}" font-size="${size}" text-anchor="${anchor}">${
      escapeXml(content)
    }</text>`;
  const labels = [
    ...heads.flatMap((wrapped, c) =>
      wrapped.map((line, i) => {
        // The last line sits just above the pictures, however many a label has.
        const up = (wrapped.length - 1 - i) * COLUMN_FONT * LINE + GAP + 0.25 * COLUMN_FONT;
        return text(line, x(c) + side / 2, top - up, COLUMN_FONT, "middle");
      })
    ),
    ...rows.flatMap((wrapped, r) =>
      wrapped.map((line, i) => {
        const down = (i - (wrapped.length - 1) / 2) * ROW_FONT * LINE + 0.35 * ROW_FONT;
        return text(line, GAP, y(r) + side / 2 + down, ROW_FONT, "start");
      })
    ),
  ].join("");
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
    `font-family="${FONT_FAMILY}" fill="${INK}">${labels}</svg>`;
  // Each picture is enlarged alone: in one piece its edges would mix with its neighbours'.
  const raw = { width: tiles.size, height: tiles.size, channels: 3 as const };
  const pictures = await Promise.all(
    Array.from({ length: tiles.count }, async (_, i) => ({
      input: await sharp(tile(tiles, i).bytes, { raw }).resize(side, side, { kernel }).png()
        .toBuffer(),
      left: x(i % columns),
      top: y(Math.floor(i / columns)),
    })),
  );
  if (labels !== "") await useBundledFonts();
  const overlay = labels === "" ? [] : [{ input: Buffer.from(svg), left: 0, top: 0 }];
  const canvas = { width, height, channels: 3 as const, background: "#ffffff" };
  return await png(sharp({ create: canvas }).composite([...pictures, ...overlay]).removeAlpha());
}

/** PNG pictures one below the other on white, aligned left. */
export async function stackPictures(
  pictures: readonly Uint8Array[],
  gap = 16,
): Promise<Uint8Array> {
  const sizes = await Promise.all(pictures.map((picture) => sharp(picture).metadata()));
  const tops: number[] = [];
  let height = 0;
  for (const size of sizes) {
    tops.push(height);
    height += size.height + gap;
  }
  const width = Math.max(...sizes.map((size) => size.width));
  const canvas = { width, height: height - gap, channels: 3 as const, background: "#ffffff" };
  const inputs = pictures.map((p, i) => ({ input: Buffer.from(p), left: 0, top: tops[i]! }));
  return await png(sharp({ create: canvas }).composite(inputs).removeAlpha());
}

async function png(picture: Sharp): Promise<Uint8Array> {
  return new Uint8Array(
    await picture.png({ compressionLevel: 9, adaptiveFiltering: true }).toBuffer(),
  );
}
