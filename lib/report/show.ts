/** Showing things, in a Deno notebook or in a terminal, through one awaited helper. */
import { Buffer } from "node:buffer";
import { display, inNotebook, type MimeBundle } from "../runtime/mod.ts";
import type { Figure } from "./plot.ts";
import { type Table, toHtml, toMarkdown } from "./table.ts";
import { toText } from "./text_table.ts";

/** Markdown, as a value to show. */
export interface Markdown {
  readonly markdown: string;
}

/** A table, a figure, the bytes of a PNG, Markdown, or text; text that begins with "<svg" is drawn. */
export type Showable = Table | Figure | Uint8Array | Markdown | string;

/** Text to be set as Markdown by {@link show}. */
export function markdown(text: string): Markdown {
  return { markdown: text };
}

/**
 * Shows a value and waits until a notebook has taken it; elsewhere prints its text.
 *
 * In a cell: `await show(table);` with the semicolon, so that the cell has no last value besides.
 */
export async function show(value: Showable): Promise<void> {
  const bundle = await mimeBundle(value);
  if (inNotebook()) await display(bundle);
  else console.log(bundle["text/plain"]);
}

/** All forms of a value, "text/plain" always among them. */
export async function mimeBundle(value: Showable): Promise<MimeBundle> {
  if (typeof value === "string") {
    return value.trimStart().startsWith("<svg")
      ? { "text/plain": "(a drawing)", "image/svg+xml": value }
      : { "text/plain": value };
  }
  if (value instanceof Uint8Array) {
    const { width, height } = pngSize(value);
    return {
      "text/plain": `(a picture of ${width} × ${height} pixels)`,
      "image/png": Buffer.from(await compact(value)).toString("base64"),
    };
  }
  if ("markdown" in value) {
    return { "text/plain": value.markdown, "text/markdown": value.markdown };
  }
  if ("rows" in value) {
    return {
      "text/plain": toText(value),
      "text/markdown": toMarkdown(value),
      "text/html": toHtml(value),
    };
  }
  // Plotly is 10 MB of source: loaded with the first figure, not with this module.
  const { toSvg } = await import("./plot.ts");
  return {
    "text/plain": `(a figure: ${titleOf(value)})`,
    "image/svg+xml": await toSvg(value),
    "application/vnd.plotly.v1+json": { data: value.data, layout: value.layout },
  };
}

/** A PNG of more than so many bytes is shown in 256 colours. */
const LARGE = 60_000;

/** Notebooks are kept with their outputs: with a palette, pictures take a third of the room. */
async function compact(png: Uint8Array): Promise<Uint8Array> {
  if (png.length < LARGE) return png;
  const { default: sharp } = await import("sharp");
  return await sharp(png).png({ palette: true, compressionLevel: 9, effort: 7 }).toBuffer();
}

function titleOf({ layout }: Figure): string {
  const { title } = layout as { title?: string | { text?: string } };
  return (typeof title === "string" ? title : title?.text) ?? "without a title";
}

/** Size in the header of a PNG; an invalid picture would silently give no output in a notebook. */
function pngSize(bytes: Uint8Array): { width: number; height: number } {
  const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  if (bytes.length < 24 || signature.some((byte, i) => bytes[i] !== byte)) {
    throw new Error(
      `bytes beginning with ${[...bytes.slice(0, 8)].join(" ")} are no PNG; show() takes the ` +
        "bytes of a PNG file, such as pictureGrid() returns",
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}
