/** A figure as plain data, and that figure as SVG, PNG and a page to zoom in. */
import { basename, dirname, join } from "@std/path";
import sharp from "sharp";
import { writeAtomic } from "../runtime/mod.ts";
import { FONT_FAMILY, useBundledFonts } from "./fonts.ts";
import { startPlotly } from "./plotly.ts";
import { escapeXml } from "./table.ts";

/** Plotly's data and layout; `width` and `height` in px. */
export interface Figure {
  readonly data: readonly Readonly<Record<string, unknown>>[];
  readonly layout: Readonly<Record<string, unknown>> & {
    readonly width: number;
    readonly height: number;
  };
}

/** The figure as a standalone SVG; equal figures give equal text. */
export async function toSvg(figure: Figure): Promise<string> {
  const { plotly, seedRandom } = await startPlotly();
  const { width, height } = figure.layout;
  // Plotly writes defaults into what it is given, so it gets a copy. Ids come from the content:
  // two figures on one page then do not share clip paths.
  const content = JSON.stringify({ data: figure.data, layout: figure.layout });
  seedRandom(hash(content));
  const url = await plotly.toImage(JSON.parse(content), { format: "svg", width, height });
  return decodeURIComponent(url.replace(/^data:image\/svg\+xml,/, ""));
}

/** An SVG as PNG on white, `scale` pixels for each px. */
export async function toPng(svg: string, scale = 2): Promise<Uint8Array> {
  await useBundledFonts();
  const picture = sharp(new TextEncoder().encode(svg), { density: 72 * scale });
  return new Uint8Array(await picture.flatten({ background: "#ffffff" }).png().toBuffer());
}

/** A page with the interactive figure; it loads `assets/plotly.min.js` from beside it. */
export function toPage(figure: Figure, title: string): string {
  // "<" inside the data could end the script element.
  const json = (value: unknown) => JSON.stringify(value).replaceAll("<", "\\u003c");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escapeXml(title)}</title>
<script src="assets/plotly.min.js"></script>
</head>
<body style="margin:16px;font-family:${FONT_FAMILY}">
<div id="figure"></div>
<script>
Plotly.newPlot("figure", ${json(figure.data)}, ${json(figure.layout)}, { responsive: true });
</script>
</body>
</html>
`;
}

/**
 * Writes `basePath`.svg, .png and .html, each atomically, and returns their paths.
 *
 * The pages of a folder share one copy of Plotly, `assets/plotly.min.js`, and work from a disk.
 */
export async function renderFigure(figure: Figure, basePath: string): Promise<string[]> {
  const svg = await toSvg(figure);
  await shareLibrary(join(dirname(basePath), "assets"));
  await writeAtomic(`${basePath}.svg`, svg);
  await writeAtomic(`${basePath}.png`, await toPng(svg));
  await writeAtomic(`${basePath}.html`, toPage(figure, basename(basePath)));
  return [`${basePath}.svg`, `${basePath}.png`, `${basePath}.html`];
}

/** Copies the smaller bundle of Plotly (bars, lines, heat maps: 1.5 MB instead of 10). */
async function shareLibrary(folder: string): Promise<void> {
  const source = new URL(import.meta.resolve("plotly.js-cartesian-dist-min"));
  const target = join(folder, "plotly.min.js");
  const { size } = await Deno.stat(source);
  const there = await Deno.stat(target).catch(() => undefined);
  if (there?.size === size) return;
  await writeAtomic(target, await Deno.readFile(source));
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  return value;
}
