/** Retrieval examples inside the page: a block for each query, a line for each row of the study. */
import {
  cosineText,
  EXAMPLE_SIZE,
  type ExamplePictures,
  type ExampleQuery,
  type ExampleSheet,
  type FoundExample,
  picturedIds,
  verdict,
  type Way,
  WAY_TITLES,
  WAYS,
} from "../examples.ts";
import type { Tiles } from "../grid.ts";
import { escapeXml } from "../table.ts";
import { dataUri } from "./pictures.ts";

/** So many queries are seen at once; the others are folded. */
const OPEN = 3;

const MORE: Readonly<Record<Way, string>> = { i2t: "more pictures", t2i: "more captions" };

/** The sheet as an HTML fragment; a neighbour without its picture is its caption. */
export async function examplesHtml(
  sheet: ExampleSheet,
  id: string,
  title: string,
  found?: ExamplePictures,
): Promise<string> {
  const tiles = [...found?.tiles ?? new Map<string, Tiles>()];
  const places = new Map(tiles.map(([key], i) => [key, `${id}-${i}`]));
  const store = await Promise.all(
    tiles.map(async ([key, tile]) => storedImage(places.get(key)!, await dataUri(tile))),
  );
  const kind = tiles.length === 0 ? "none" : found!.private ? "private" : "publishable";
  const tables = WAYS.map((way) => {
    const first = tableOf(sheet, way, sheet[way].slice(0, OPEN), places, WAY_TITLES[way]);
    const rest = sheet[way].slice(OPEN), more = `${rest.length} ${MORE[way]}`;
    return rest.length === 0
      ? first
      : `${first}\n<details><summary>${more}</summary>\n${
        tableOf(sheet, way, rest, places, `${WAY_TITLES[way]}: ${more}`, true)
      }\n</details>`;
  });
  return `<div class="examples" id="${id}" data-pictures="${kind}">
<h3>${escapeXml(title)}</h3>
<p class="note">${escapeXml(noteOf(sheet, found, kind))}</p>
${storeHtml(store)}${tables.join("\n")}
${creditsHtml(found)}</div>`;
}

/** Pictures to be shown by their places: each once, however often found, or pages would be too large. */
function storeHtml(images: readonly string[]): string {
  return images.length === 0
    ? ""
    : `<svg class="store" aria-hidden="true" focusable="false"><defs>\n${
      images.join("\n")
    }\n</defs></svg>\n`;
}

function noteOf(
  sheet: ExampleSheet,
  found: ExamplePictures | undefined,
  kind: "none" | "private" | "publishable",
): string {
  const withheld = kind === "publishable" && found!.tiles.size < picturedIds(sheet).length;
  return `${sheet.i2t.length} records of the test split, drawn by the data set alone, and what is nearest ` +
    "to each by cosine, with each row's first seed. Right: its caption is the query's. What all " +
    "queries give stands in the tables." +
    (kind !== "none"
      ? ""
      : found === undefined
      ? " The data set was not found where this page was made: captions stand for pictures."
      : " Its pictures may not be published: captions stand for them.") +
    (withheld ? " Captions stand for pictures that may not be published." : "") +
    (kind === "private"
      ? " Some of these photographs may not be published: keep this page to yourself."
      : "");
}

function creditsHtml(found: ExamplePictures | undefined): string {
  if (found === undefined || found.tiles.size === 0) return "";
  return `<details><summary>Whose pictures these are</summary><p class="note">${
    escapeXml(found.credits.join("; "))
  }. Scaled to ${EXAMPLE_SIZE} pixels.</p></details>\n`;
}

/** The table of some queries; its caption is for screen readers alone where a summary says the same. */
function tableOf(
  { rows }: ExampleSheet,
  way: Way,
  queries: readonly ExampleQuery[],
  places: ReadonlyMap<string, string>,
  title: string,
  folded = false,
): string {
  const most = Math.max(...queries.flatMap(({ found }) => found.map(({ length }) => length)));
  const heads = Array.from({ length: most }, (_, i) => head(i === 0 ? "nearest" : `${i + 1}.`));
  const groups = queries.map((query) => {
    const lines = rows.map(({ row, label }, r) =>
      `<tr role="row"><th scope="row" role="rowheader"><span class="swatch" style="background:var(--row-${
        escapeXml(row)
      },var(--ink))"></span><b>${escapeXml(row)}</b> <span class="row-title">${
        escapeXml(label.slice(row.length).trim())
      }</span></th>${
        query.found[r]!.map((one) => cell(one, way === "t2i" ? places : undefined)).join("")
      }</tr>`
    );
    return `<tbody role="rowgroup">\n${queryLine(query, way, most + 1, places)}\n${
      lines.join("\n")
    }\n</tbody>`;
  });
  // The style lays the lines out anew on a phone; the roles keep it a table for screen readers.
  return `<table class="${way}" role="table">
<caption${folded ? ' class="hidden"' : ""}>${escapeXml(title)}</caption>
<thead role="rowgroup"><tr role="row">${head("row")}${heads.join("")}</tr></thead>
${groups.join("\n")}
</table>`;
}

const head = (text: string) => `<th scope="col" role="columnheader">${text}</th>`;

function queryLine(
  { record }: ExampleQuery,
  way: Way,
  span: number,
  places: ReadonlyMap<string, string>,
): string {
  const caption = escapeXml(record.caption), place = places.get(record.id);
  const content = way === "t2i" || place === undefined
    ? `<span class="asked">${caption}</span>`
    : `${
      image(place, `The picture of the query: ${caption}`)
    }<span class="asked">${caption}</span>`;
  return `<tr class="query" role="row"><th scope="rowgroup" role="rowheader" colspan="${span}"><div>${content}</div></th></tr>`;
}

function cell(found: FoundExample, places: ReadonlyMap<string, string> | undefined): string {
  const caption = escapeXml(found.record.caption), place = places?.get(found.record.id);
  const mark = `<span class="mark"><span aria-hidden="true">${
    found.right ? "✓" : "✗"
  }\u00a0</span><b>${verdict(found)}</b> <span class="cosine">${
    cosineText(found.score)
  }</span></span>`;
  // The picture's text already says the caption.
  const content = place === undefined
    ? `<span class="says">${mark} <span class="caption">${caption}</span></span>`
    : `${
      image(place, caption)
    }<span class="says">${mark}<span class="caption" aria-hidden="true">${caption}</span></span>`;
  return `<td role="cell" class="${found.right ? "hit" : "miss"}${
    place === undefined ? "" : " pictured"
  }"><div>${content}</div></td>`;
}

const SIDES = `width="${EXAMPLE_SIZE}" height="${EXAMPLE_SIZE}"`;

const storedImage = (place: string, uri: string) => `<image id="${place}" ${SIDES} href="${uri}"/>`;

/** A stored picture, by its place, with what it shows in words. */
const image = (place: string, words: string) =>
  `<svg class="picture" role="img" aria-label="${words}" viewBox="0 0 ${EXAMPLE_SIZE} ${EXAMPLE_SIZE}" ` +
  `${SIDES}><use href="#${place}"/></svg>`;
