/** A table as one value, and that value as Markdown, CSV, LaTeX, HTML and JSON. */
import Papa from "papaparse";
import { clearlyBest, type Source, type Summary } from "./statistics.ts";

/** A difference with its interval. */
export interface Interval {
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  /** What both sides were read from; see trace.ts. */
  readonly sources?: readonly Source[];
}

/** Numbers of several kinds may stand in one column: then each says how it is written. */
interface Formatted {
  readonly format?: Format;
}

/** What stands in a cell; undefined where nothing was measured. */
export type Cell =
  | string
  | boolean
  | number
  | (Summary & Formatted)
  | (Interval & Formatted)
  | undefined;

/** Whether a cell is a mean over seeds. */
export function isSummary(cell: Cell): cell is Summary & Formatted {
  return typeof cell === "object" && "mean" in cell;
}

/** "text" as it is, "tick" for booleans, or a number times `scale` with so many digits. */
export type Format = "text" | "tick" | { readonly digits: number; readonly scale?: number };

/** A column; neighbours with the same `group` share a heading above their titles. */
export interface Column {
  readonly key: string;
  readonly title: string;
  readonly group?: string;
  readonly align: "left" | "center" | "right";
  readonly format: Format;
  /** Which direction is better, where the number has one. */
  readonly better?: "higher" | "lower";
}

/** A column of texts. */
export function textColumn(key: string, title: string): Column {
  return { key, title, align: "left", format: "text" };
}

export interface Table {
  readonly title: string;
  readonly note: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Readonly<Record<string, Cell>>[];
  /** What the cells of each row were read from that carry no sources of their own. */
  readonly sources?: readonly (readonly Source[])[];
}

/**
 * The text of a cell: "41.8 ± 2.0" over seeds, "41.8" for one, "+2.3 [−0.4, 5.1]" for a difference,
 * "–" where nothing was measured.
 */
export function cellText(cell: Cell, columnFormat: Format): string {
  if (cell === undefined) return "–";
  if (typeof cell === "string") return cell;
  if (typeof cell === "boolean") return cell ? "✓" : "";
  const format = (typeof cell === "object" ? cell.format : undefined) ?? columnFormat;
  const number = (value: number) => {
    const { digits, scale = 1 } = typeof format === "string" ? { digits: 0 } : format;
    // A real minus sign has the width of a plus, and −0.0 is just 0.0.
    return (value * scale).toFixed(digits).replace(/^-(0\.?0*)$/, "$1").replace("-", "−");
  };
  if (typeof cell === "number") return number(cell);
  if (!isSummary(cell)) {
    const sign = cell.difference > 0 ? "+" : "";
    return `${sign}${number(cell.difference)} [${number(cell.low)}, ${number(cell.high)}]`;
  }
  return cell.std === undefined ? number(cell.mean) : `${number(cell.mean)} ± ${number(cell.std)}`;
}

/** Title of a column with an arrow to the better side. */
export function heading({ title, better }: Column): string {
  return better === undefined ? title : `${title} ${better === "higher" ? "↑" : "↓"}`;
}

/** The same under its group's heading, for formats without headings over several columns. */
export function fullHeading(column: Column): string {
  return column.group === undefined ? heading(column) : `${column.group} ${heading(column)}`;
}

/** All cells as texts, and whether each is clearly the best of its column. */
export function body(table: Table): { text: string; best: boolean }[][] {
  const best = table.columns.map(({ key, better }) => {
    const summaries = table.rows.map((row) => {
      const cell = row[key];
      return isSummary(cell) ? cell : undefined;
    });
    return better === undefined ? undefined : clearlyBest(summaries, better);
  });
  return table.rows.map((row, r) =>
    table.columns.map(({ key, format }, c) => ({
      text: cellText(row[key], format),
      best: best[c] === r,
    }))
  );
}

/** Runs of neighbouring columns with one group heading; an empty heading for columns without. */
export function groups(table: Table): { title: string; first: number; span: number }[] {
  const found: { title: string; first: number; span: number }[] = [];
  table.columns.forEach(({ group = "" }, first) => {
    const last = found.at(-1);
    if (last !== undefined && last.title === group) last.span++;
    else found.push({ title: group, first, span: 1 });
  });
  return found;
}

/** GitHub's Markdown; a group heading stands before each title of its columns. */
export function toMarkdown(table: Table): string {
  const escape = (text: string) => text.replace(/[\\|]/g, "\\$&").replace(/\s+/g, " ");
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  const rule = { left: ":--", center: ":-:", right: "--:" };
  const titles = table.columns.map((column) => escape(fullHeading(column)));
  return [
    `**${escape(table.title)}**`,
    "",
    line(titles),
    line(table.columns.map(({ align }) => rule[align])),
    ...body(table).map((cells) =>
      line(cells.map(({ text, best }) => best ? `**${escape(text)}**` : escape(text)))
    ),
    ...(table.note === "" ? [] : ["", table.note]),
    "",
  ].join("\n");
}

/**
 * CSV in full precision under the column keys; means over seeds get a second column `key.std`,
 * differences get `key.low` and `key.high`.
 */
export function toCsv(table: Table): string {
  const columns = table.columns.flatMap(({ key }) => {
    const cells = table.rows.map((row) => row[key]);
    const field = (name: string, of: (cell: Cell & object) => number | undefined) => ({
      key: `${key}${name}`,
      values: cells.map((cell) => typeof cell === "object" ? of(cell) ?? "" : ""),
    });
    const objects = cells.filter((cell) => typeof cell === "object");
    return [
      { key, values: cells.map((cell) => sortValue(cell) ?? "") },
      ...(objects.some(isSummary) ? [field(".std", (c) => isSummary(c) ? c.std : undefined)] : []),
      ...(objects.some((cell) => !isSummary(cell))
        ? [
          field(".low", (c) => isSummary(c) ? undefined : c.low),
          field(".high", (c) => isSummary(c) ? undefined : c.high),
        ]
        : []),
    ];
  });
  const fields = columns.map(({ key }) => key);
  const data = table.rows.map((_, r) => columns.map(({ values }) => values[r]));
  return Papa.unparse({ fields, data }, { newline: "\n" }) + "\n";
}

/** What stands for a cell in full precision: the mean of a summary, the difference of an interval. */
export function sortValue(cell: Cell): string | number | boolean | undefined {
  if (typeof cell !== "object") return cell;
  return isSummary(cell) ? cell.mean : cell.difference;
}

/** The table itself as JSON: summaries as {mean, std, n}, numbers unscaled; without sources. */
export function toJson(table: Table): string {
  const plain = (key: string, value: unknown) => key === "sources" ? undefined : value;
  return JSON.stringify(table, plain, 2) + "\n";
}

/** Text safe inside HTML and SVG. */
export function escapeXml(text: string): string {
  const names: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (character) => names[character]!);
}

/** An HTML fragment: group headings above titles, the note below. */
export function toHtml(table: Table): string {
  const style = (align: string, more = "") => ` style="text-align:${align}${more}"`;
  const hasGroups = table.columns.some(({ group }) => group !== undefined);
  const above = groups(table).map(({ title, span }) =>
    `<th colspan="${span}"${style("center")}>${escapeXml(title)}</th>`
  );
  const titles = table.columns.map((column) =>
    `<th${style(column.align)}>${escapeXml(heading(column))}</th>`
  );
  const rows = body(table).map((cells) =>
    cells.map(({ text, best }, c) => {
      const shown = best ? `<b>${escapeXml(text)}</b>` : escapeXml(text);
      return `<td${style(table.columns[c]!.align, ";white-space:nowrap")}>${shown}</td>`;
    })
  );
  return [
    "<table>",
    `<caption>${escapeXml(table.title)}</caption>`,
    "<thead>",
    ...(hasGroups ? [`<tr>${above.join("")}</tr>`] : []),
    `<tr>${titles.join("")}</tr>`,
    "</thead>",
    "<tbody>",
    ...rows.map((cells) => `<tr>${cells.join("")}</tr>`),
    "</tbody>",
    "</table>",
    ...(table.note === "" ? [] : [`<p>${escapeXml(table.note)}</p>`]),
    "",
  ].join("\n");
}

const LATEX: Record<string, string> = {
  "\\": "\\textbackslash{}",
  "{": "\\{",
  "}": "\\}",
  "$": "\\$",
  "&": "\\&",
  "#": "\\#",
  "%": "\\%",
  "_": "\\_",
  "^": "\\textasciicircum{}",
  "~": "\\textasciitilde{}",
  "<": "$<$",
  ">": "$>$",
  "±": "$\\pm$",
  "×": "$\\times$",
  "·": "$\\cdot$",
  "−": "$-$",
  "–": "--",
  "→": "$\\rightarrow$",
  "↔": "$\\leftrightarrow$",
  "↑": "$\\uparrow$",
  "↓": "$\\downarrow$",
  "≤": "$\\leq$",
  "≥": "$\\geq$",
  "Δ": "$\\Delta$",
  "λ": "$\\lambda$",
  "τ": "$\\tau$",
  "✓": "\\checkmark",
  "…": "\\ldots{}",
};

/** Text safe in LaTeX; the signs that the tables use become its commands. */
export function escapeLatex(text: string): string {
  return text.replace(/[\\{}$&#%_^~<>±×·−–→↔↑↓≤≥Δλτ✓…]/g, (character) => LATEX[character]!);
}

/** A LaTeX table in booktabs style, shrunk to the line where it is wider. */
export function toLatex(table: Table): string {
  const aligns = table.columns.map(({ align }) => align[0]).join("");
  const line = (cells: string[]) => `${cells.join(" & ")} \\\\`;
  const above = groups(table);
  const headings = above.map(({ title, span }) =>
    title === "" && span === 1 ? "" : `\\multicolumn{${span}}{c}{${escapeLatex(title)}}`
  );
  const rules = above.filter(({ title }) => title !== "").map(({ first, span }) =>
    `\\cmidrule(lr){${first + 1}-${first + span}}`
  );
  return [
    "% needs \\usepackage{booktabs, amssymb, adjustbox}",
    "\\begin{table}[t]",
    "\\centering",
    `\\caption{${escapeLatex(table.title)}}`,
    "\\begin{adjustbox}{max width=\\linewidth}",
    `\\begin{tabular}{${aligns}}`,
    "\\toprule",
    ...(rules.length === 0 ? [] : [line(headings), rules.join(" ")]),
    line(table.columns.map((column) => escapeLatex(heading(column)))),
    "\\midrule",
    ...body(table).map((cells) =>
      line(
        cells.map(({ text, best }) => best ? `\\textbf{${escapeLatex(text)}}` : escapeLatex(text)),
      )
    ),
    "\\bottomrule",
    "\\end{tabular}",
    "\\end{adjustbox}",
    ...(table.note === ""
      ? []
      : [`\\par\\smallskip{\\footnotesize ${escapeLatex(table.note)}\\par}`]),
    "\\end{table}",
    "",
  ].join("\n");
}
