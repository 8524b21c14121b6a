/** Drawn pictures inside the page: a line for each prompt, a column for each row of the study. */
import { Buffer } from "node:buffer";
import sharp from "sharp";
import { tile, type Tiles } from "../grid.ts";
import type { SampleSet } from "../samples.ts";
import { escapeXml } from "../table.ts";

/** Larger pictures are made smaller than so many pixels, and so many prompts are shown. */
const SIDE = 160, PROMPTS = 24;

/** A tile as a `data:` URI in WebP. */
export async function dataUri(picture: Tiles): Promise<string> {
  const { size, bytes } = picture, side = Math.min(size, SIDE);
  const webp = await sharp(bytes, { raw: { width: size, height: size, channels: 3 } })
    .resize(side, side).webp({ quality: 82, effort: 6 }).toBuffer();
  return `data:image/webp;base64,${Buffer.from(webp).toString("base64")}`;
}

/** The samples as an HTML fragment; every picture has its row and prompt as text. */
export async function picturesHtml(samples: SampleSet, id: string, title: string): Promise<string> {
  const { rows } = samples, prompts = samples.prompts.slice(0, PROMPTS);
  const lines: string[] = [];
  for (const [p, prompt] of prompts.entries()) {
    const cells: string[] = [];
    for (const { row, label, tiles } of rows) {
      const src = await dataUri(tile(tiles, p));
      cells.push(
        `<td role="cell"><img src="${src}" width="${tiles.size}" height="${tiles.size}" alt="${
          escapeXml(`${label}: ${prompt}`)
        }" decoding="async"><span class="row-name" aria-hidden="true">${
          escapeXml(row)
        }</span></td>`,
      );
    }
    lines.push(
      `<tr role="row"><th scope="row" role="rowheader">${escapeXml(prompt)}</th>${
        cells.join("")
      }</tr>`,
    );
  }
  const heads = rows.map(({ row, label }) =>
    `<th scope="col" role="columnheader"><b>${escapeXml(row)}</b> ${
      escapeXml(label.slice(row.length).trim())
    }</th>`
  );
  const more = samples.prompts.length > prompts.length
    ? ` The first ${prompts.length} of ${samples.prompts.length} prompts.`
    : "";
  // The style lays the lines out anew on a phone; the roles keep it a table for screen readers.
  return `<table class="pictures" role="table" id="${id}" style="--rows:${rows.length}">
<caption>${escapeXml(title)}</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">prompt</th>${
    heads.join("")
  }</tr></thead>
<tbody role="rowgroup">
${lines.join("\n")}
</tbody>
</table>
<p class="note">Every row draws a prompt from the same noise, with its first seed.${more}</p>`;
}
