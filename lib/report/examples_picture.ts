/** Retrieval examples as one picture: a block for each query, a line for each row of the study. */
import { Buffer } from "node:buffer";
import sharp from "sharp";
import {
  cosineText,
  EXAMPLE_SIZE,
  type ExamplePictures,
  type ExampleQuery,
  type ExampleSheet,
  type FoundExample,
  verdict,
  type Way,
  WAY_TITLES,
  WAYS,
} from "./examples.ts";
import { FONT_FAMILY, useBundledFonts, wrapText } from "./fonts.ts";
import { INK } from "./panels.ts";
import type { Tiles } from "./grid.ts";
import { escapeXml } from "./table.ts";

/** So many queries of each way; the page has all. */
const QUERIES = 6;

// px
const EDGE = 24, LABEL = 170, CELL = 216, GAP = 10, LINE = 15, HEAD = 26, WITHOUT = 56;
const MUTED = "#555555";

/** An SVG of texts and marks, and where pictures lie on it. */
interface Drawing {
  readonly svg: string[];
  readonly pictures: { readonly tile: Tiles; readonly left: number; readonly top: number }[];
}

/** A PNG on white of a sheet's first six queries, both ways; captions stand alone without pictures. */
export async function examplesPicture(
  sheet: ExampleSheet,
  title: string,
  found?: ExamplePictures,
): Promise<Uint8Array> {
  const drawing: Drawing = { svg: [], pictures: [] };
  const tiles: ReadonlyMap<string, Tiles> = found?.tiles ?? new Map();
  const most = Math.max(
    ...[...sheet.i2t, ...sheet.t2i].flatMap(({ found }) => found.map((nearest) => nearest.length)),
  );
  const width = 2 * EDGE + LABEL + most * CELL;
  let y = EDGE;
  const write = (...text: Parameters<typeof textAt>) => drawing.svg.push(textAt(...text));
  write(title, EDGE, y + 16, 17);
  write(subtitleOf(found), EDGE, y + 38, 12, `fill="${MUTED}"`);
  y += 38;
  for (const way of WAYS) {
    y += 44;
    write(WAY_TITLES[way], EDGE, y, 15, 'font-weight="bold"');
    y += 10;
    for (const query of sheet[way].slice(0, QUERIES)) {
      y = drawQuery(drawing, query, { sheet, way, y, width, tiles });
    }
  }
  const height = Math.ceil(y + EDGE);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
    `font-family="${FONT_FAMILY}" fill="${INK}">${drawing.svg.join("")}</svg>`;
  await useBundledFonts();
  const canvas = { width, height, channels: 3 as const, background: "#ffffff" };
  const raw = { width: EXAMPLE_SIZE, height: EXAMPLE_SIZE, channels: 3 as const };
  const pictures = drawing.pictures.map(({ tile, left, top }) => (
    { input: Buffer.from(tile.bytes), raw, left, top }
  ));
  const overlay = { input: Buffer.from(svg), left: 0, top: 0 };
  return new Uint8Array(
    await sharp({ create: canvas }).composite([...pictures, overlay]).removeAlpha()
      .png({ compressionLevel: 9 }).toBuffer(),
  );
}

function subtitleOf(found: ExamplePictures | undefined): string {
  return "Tick and solid frame: right, its caption is the query's. Cross and dashed frame: wrong. " +
    "Numbers are cosines." +
    (found?.private ? " Some of these photographs may not be published." : "");
}

function textAt(text: string, x: number, y: number, size: number, more = ""): string {
  return `<text x="${x}" y="${y}" font-size="${size}" ${more}>${escapeXml(text)}</text>`;
}

/** Draws a query with a line for each row below it; returns where it ends. */
function drawQuery(
  { svg, pictures }: Drawing,
  { record, found }: ExampleQuery,
  { sheet: { rows }, way, y, width, tiles }: {
    sheet: ExampleSheet;
    way: Way;
    y: number;
    width: number;
    tiles: ReadonlyMap<string, Tiles>;
  },
): number {
  const write = (...text: Parameters<typeof textAt>) => svg.push(textAt(...text));
  svg.push(`<path d="M${EDGE} ${y + 0.5}H${width - EDGE}" stroke="#cccccc"/>`);
  const tile = way === "i2t" ? tiles.get(record.id) : undefined;
  let top = y + GAP;
  if (tile !== undefined) pictures.push({ tile, left: EDGE, top });
  const room = width - 2 * EDGE - LABEL;
  write(`query: ${wrapText(record.caption, 13, room, 1)[0]}`, EDGE + LABEL, top + 13, 13);
  // Beside the picture of the query there is room for the names of rows below it alone.
  top += tile === undefined ? HEAD : Math.max(HEAD, EXAMPLE_SIZE + GAP);
  rows.forEach(({ label }, r) => {
    const nearest = found[r]!;
    const seen = way === "t2i" && nearest.some(({ record }) => tiles.has(record.id));
    wrapText(label, 12, LABEL - GAP, 3).forEach((line, i) => {
      write(line, EDGE, top + 12 + i * LINE, 12);
    });
    nearest.forEach((neighbour, n) => {
      const x = EDGE + LABEL + n * CELL;
      const picture = way === "t2i" ? tiles.get(neighbour.record.id) : undefined;
      if (picture !== undefined) pictures.push({ tile: picture, left: x, top });
      drawNeighbour(svg, neighbour, { x, y: top, pictured: picture !== undefined });
    });
    top += (seen ? EXAMPLE_SIZE : WITHOUT) + GAP;
  });
  return top;
}

/** The mark, cosine and caption of a neighbour, beside its picture where it has one. */
function drawNeighbour(
  svg: string[],
  neighbour: FoundExample,
  { x, y, pictured }: { x: number; y: number; pictured: boolean },
): void {
  const { record, score, right } = neighbour, left = x + (pictured ? EXAMPLE_SIZE + 8 : 10);
  const frame = right ? 'stroke-width="2.5"' : 'stroke-width="1.2" stroke-dasharray="4 3"';
  const stroke = `fill="none" stroke="${right ? INK : MUTED}"`;
  svg.push(
    pictured
      ? `<rect x="${x}" y="${y}" width="${EXAMPLE_SIZE}" height="${EXAMPLE_SIZE}" ${stroke} ${frame}/>`
      : `<path d="M${x + 1} ${y}V${y + WITHOUT - 6}" ${stroke} ${frame}/>`,
  );
  // Drawn, for no font of the project has the signs.
  const sign = right ? "l3.2 3.6 5.6 -8" : "m1 -4.4l7 8m0 -8l-7 8";
  svg.push(`<path d="M${left} ${y + 8}${sign}" fill="none" stroke="${INK}" stroke-width="1.8"/>`);
  svg.push(
    `<text x="${left + 13}" y="${y + 12}" font-size="12"><tspan font-weight="bold">${
      verdict(neighbour)
    }</tspan> ${cosineText(score)}</text>`,
  );
  wrapText(record.caption, 11, x + CELL - GAP - left, 3).forEach((line, i) => {
    svg.push(textAt(line, left, y + 27 + 14 * i, 11, `fill="${MUTED}"`));
  });
}
