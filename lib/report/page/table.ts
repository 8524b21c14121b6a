/** A table inside the page: headings are buttons that sort, numbers stand under each other. */
import {
  body,
  type Cell,
  type Column,
  escapeXml,
  groups,
  sortValue as plainValue,
  type Table,
} from "../table.ts";

/** What a cell is sorted by; undefined for nothing measured, which stays at the end. */
export function sortValue(cell: Cell): string | number | undefined {
  const value = plainValue(cell);
  return typeof value === "boolean" ? Number(value) : value;
}

/** Adds to the HTML of a cell, such as a link or a colour; given its column's key and its text. */
export type Decorate = (key: string, cell: Cell, html: string) => string;

/**
 * A table as an HTML fragment with a caption, sortable by its headings, the note below.
 *
 * The first column names its line (`scope="row"`). `id` names the region that scrolls sideways.
 */
export function tableHtml(
  table: Table,
  id: string,
  { decorate = (_key, _cell, html) => html }: { decorate?: Decorate } = {},
): string {
  const { columns } = table, lines = body(table);
  const above = groups(table).map(({ title, span }) =>
    title === ""
      ? `<td colspan="${span}"></td>`
      : `<th scope="colgroup" colspan="${span}">${escapeXml(title)}</th>`
  );
  const long = table.rows.length > LONGEST;
  const rows = table.rows.map((row, r) =>
    columns.map(({ key, align }, c) => {
      const { text, best } = lines[r]![c]!, cell = row[key], value = sortValue(cell);
      const html = decorate(key, cell, best ? `<strong>${escapeXml(text)}</strong>` : mark(text));
      // Texts are sorted as they stand there, numbers by more digits than are shown.
      const sort = typeof value === "number"
        ? ` data-sort="${Number(value.toPrecision(6))}"`
        : value === undefined
        ? ' data-sort=""'
        : "";
      return c === 0
        ? `<th scope="row" class="${align}"${sort}>${html}</th>`
        : `<td${align === "left" ? "" : ` class="${align}"`}${sort}>${html}</td>`;
    })
  );
  return `<div class="table${
    long ? " long" : ""
  }" role="region" tabindex="0" aria-labelledby="${id}-caption" id="${id}">
<table>
<caption id="${id}-caption">${escapeXml(table.title)}</caption>
<thead>
${columns.some(({ group }) => group !== undefined) ? `<tr>${above.join("")}</tr>\n` : ""}<tr>${
    columns.map(headingHtml).join("")
  }</tr>
</thead>
<tbody>
${rows.map((cells) => `<tr>${cells.join("")}</tr>`).join("\n")}
</tbody>
</table>
</div>
${long ? moreHtml(id, table.rows.length) : ""}${
    table.note === "" ? "" : `<p class="note">${escapeXml(table.note)}</p>`
  }`;
}

/** So many lines of a table are seen until it is unfolded; the style hides the others. */
const LONGEST = 8;

/** A box to tick, which works without a script, and by keyboard. */
function moreHtml(id: string, count: number): string {
  return `<p class="more"><label><input type="checkbox" aria-controls="${id}"> all ${count} lines</label></p>\n`;
}

function headingHtml({ title, group, align, better }: Column): string {
  const first = better === "higher" ? "descending" : "ascending";
  const arrow = better === undefined
    ? ""
    : `<span class="better" title="${better} is better" aria-hidden="true">${
      better === "higher" ? "↑" : "↓"
    }</span>`;
  const spoken = [
    ...(group === undefined ? [] : [`<span class="hidden">${escapeXml(group)} </span>`]),
    escapeXml(title),
    ...(better === undefined ? [] : [`<span class="hidden">, ${better} is better</span>`]),
  ].join("");
  return `<th scope="col" class="${align}" aria-sort="none"><button type="button" ` +
    `data-first="${first}">${spoken}${arrow}</button></th>`;
}

/** A tick and a dash are read out as words. */
function mark(text: string): string {
  if (text === "✓") return '<span role="img" aria-label="yes">✓</span>';
  if (text === "–") return '<span role="img" aria-label="not measured">–</span>';
  return escapeXml(text);
}
