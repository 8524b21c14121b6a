/** A small matrix as coloured squares with their numbers: similarities, probabilities, gradients. */
import { FONT_FAMILY, textWidth } from "./fonts.ts";
import { escapeXml } from "./table.ts";

/** How a matrix is drawn. */
export interface MatrixOptions {
  readonly title: string;
  readonly rows: readonly string[];
  readonly columns?: readonly string[];
  readonly digits?: number;
  /** The number with the full colour; the largest magnitude in the matrix unless given. */
  readonly full?: number;
}

const CELL = { width: 62, height: 30 }, FONT = 12, TOP = 34;
const POSITIVE = [0, 114, 178] as const, NEGATIVE = [213, 94, 0] as const;

/**
 * An SVG of `values` [rows, columns], row-major: blue above zero, orange below, white at zero.
 *
 * Throws where numbers and labels do not match.
 */
export function matrixSvg(values: ArrayLike<number>, o: MatrixOptions): string {
  const { title, rows, columns = rows, digits = 2 } = o;
  if (values.length !== rows.length * columns.length) {
    throw new Error(
      `${values.length} numbers, expected ${rows.length} rows of ${columns.length}: one for each ` +
        "pair of labels",
    );
  }
  const full = o.full ?? Math.max(1e-12, ...Array.from(values, Math.abs));
  const left = Math.ceil(Math.max(...rows.map((label) => textWidth(label, FONT)))) + 14;
  const headTop = TOP + FONT + 4, top = headTop + 6;
  const width = Math.max(left + columns.length * CELL.width + 2, textWidth(title, 15) + 10);
  const height = top + rows.length * CELL.height + 2;
  const text = (x: number, y: number, content: string, anchor: string, more = "") =>
    `<text x="${x}" y="${y}" text-anchor="${anchor}"${more}>${escapeXml(content)}</text>`;
  const cells = Array.from(values, (value, i) => {
    const x = left + (i % columns.length) * CELL.width;
    const y = top + Math.floor(i / columns.length) * CELL.height;
    const share = Math.min(1, Math.abs(value) / full);
    const shown = value.toFixed(digits).replace(/^-(0\.?0*)$/, "$1").replace("-", "−");
    return `<rect x="${x}" y="${y}" width="${CELL.width - 2}" height="${CELL.height - 2}" fill="${
      mixed(value < 0 ? NEGATIVE : POSITIVE, share)
    }"/>` + text(
      x + CELL.width / 2 - 1,
      y + CELL.height / 2 + 3,
      shown,
      "middle",
      share > 0.6 ? ' fill="#ffffff"' : "",
    );
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${Math.ceil(width)}" height="${height}" ` +
    `viewBox="0 0 ${Math.ceil(width)} ${height}" font-family="${FONT_FAMILY}" ` +
    `font-size="${FONT}" fill="#222222"><rect width="100%" height="100%" fill="#ffffff"/>` +
    text(4, 18, title, "start", ' font-size="15"') +
    columns.map((label, c) =>
      text(left + (c + 0.5) * CELL.width - 1, headTop, shortened(label), "middle")
    ).join("") +
    rows.map((label, r) => text(left - 8, top + (r + 0.5) * CELL.height + 3, label, "end")).join(
      "",
    ) +
    cells.join("") + "</svg>";
}

/** A label that fits above a column. */
function shortened(label: string): string {
  let text = label;
  while (text.length > 1 && textWidth(text, FONT) > CELL.width - 4) text = text.slice(0, -1);
  return text;
}

function mixed(colour: readonly [number, number, number], share: number): string {
  return `rgb(${colour.map((c) => Math.round(255 + (c - 255) * share)).join(",")})`;
}
