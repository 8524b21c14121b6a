/**
 * The report page of a study: one HTML file that needs no network and nothing beside it.
 *
 * A pure function of its content: the same runs and pictures give the same bytes. Its script sorts
 * tables and zooms plots; without it everything can still be read.
 */
import { Marked } from "marked";
import { basename, resolve } from "@std/path";
import type { ExamplePictures, ExampleSheet } from "../examples.ts";
import { type FoldedReport, isFolded } from "../folds/report.ts";
import type { Figure } from "../plot.ts";
import type { RunRecord } from "../record.ts";
import { joinTiles, tile } from "../grid.ts";
import type { SampleSet } from "../samples.ts";
import { escapeXml, type Table } from "../table.ts";
import { answersOf } from "../answers.ts";
import { plainRuns } from "../settings_table.ts";
import { ablationHtml } from "./ablation.ts";
import { shareStyles } from "./compact.ts";
import { examplesHtml } from "./examples.ts";
import { figureHtml } from "./figure.ts";
import { picturesHtml } from "./pictures.ts";
import { isPacked } from "../packed.ts";
import { runLink, runTable } from "./runs.ts";
import { settingsOf } from "./settings.ts";
import { type Decorate, tableHtml } from "./table.ts";
import { FEW_FOLDS, FEW_SEEDS, INFERRED, LEAD, titleOf } from "./texts.ts";

/** What is shown of one data set. */
export interface PageSection {
  readonly dataset: string;
  readonly tables: readonly Table[];
  /** Figures by the name of their files in plots/. */
  readonly figures: Readonly<Record<string, Figure>>;
  readonly samples: SampleSet | undefined;
  /** What retrieval found for a few queries, with pictures where they can be shown. */
  readonly examples?: { readonly sheet: ExampleSheet; readonly pictures?: ExamplePictures };
}

/** Everything that the page shows. */
export interface PageContent {
  /** The study's folder. */
  readonly folder: string;
  readonly runs: readonly RunRecord[];
  readonly sections: readonly PageSection[];
  /** Headline findings in Markdown; the page has no such part where it is empty. */
  readonly findings: string;
  /** What runs over folds say; the opening then shows that, not a table of rows. */
  readonly overFolds?: FoldedReport;
  /** Tables over all data sets: the abstract's claims as they stand here. */
  readonly overSets?: readonly Table[];
  /** The numbers beside the reference's, where there is one. */
  readonly reproduced?: { readonly line: string; readonly table: Table };
}

/** A part of the page with a heading, in the list of contents. */
interface Part {
  readonly id: string;
  readonly title: string;
  readonly html: string;
}

/** The page as text. */
export async function pageHtml(content: PageContent): Promise<string> {
  const { folder, runs, sections, findings, overSets = [], reproduced } = content;
  const study = basename(resolve(folder)), title = titleOf(study);
  const parts: Part[] = [
    ...(overSets.length === 0 ? [] : [{
      id: "claims",
      title: "The paper's claims, here",
      html: overSets.filter(({ title }) => title !== ABLATION).map((table, i) =>
        tableHtml(ofWhole(table), `claims-table-${i + 1}`, { decorate: swatch })
      ).join("\n"),
    }]),
    ...(findings === "" ? [] : [{
      id: "findings",
      title: "What was found, set by set",
      html: `<div class="findings">${markdown(findings)}</div>`,
    }]),
    ...await axesPart(content),
    ...await Promise.all(sections.map((section) => sectionPart(section, runs))),
    ...(reproduced === undefined ? [] : [{
      id: "reproduced",
      title: "Reproduced or not",
      html: reproducedHtml(reproduced),
    }]),
    { id: "settings", title: "Settings", html: settingsHtml(runs) },
    { id: "data", title: "Data and licences", html: dataHtml(runs) },
    { id: "inferred", title: "What is inferred", html: markdown(INFERRED) },
    { id: "trace", title: "Where every number comes from", html: traceHtml(runs) },
  ];
  const contents = parts.map(({ id, title }) =>
    `<li><a href="#${id}">${escapeXml(title)}</a></li>`
  );
  const own = (name: string) => Deno.readTextFile(new URL(name, import.meta.url));
  const { html: main, rules } = shareStyles(
    [
      await openingHtml(content),
      ...parts.map(({ id, title, html }) =>
        `<details class="part" id="${id}"><summary><h2 id="${id}-heading">${
          escapeXml(title)
        }</h2></summary>\n${html}\n</details>`
      ),
    ].join("\n"),
  );
  // The policy keeps the promise that nothing is fetched, even by what a caption might smuggle in.
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${escapeXml(title)} · UniDiff study</title>
<link rel="icon" href="data:,">
<style>
${await own("./style.css")}${rules}
</style>
</head>
<body>
<a class="skip" href="#main">Skip to the findings</a>
<header>
<p class="kicker">UniDiff in TypeScript · study report</p>
<h1>${escapeXml(title)}</h1>
<p class="lead">${escapeXml(LEAD)}</p>
<p class="facts">${escapeXml(facts(runs))}</p>
<nav aria-label="Contents"><ul>${contents.join("")}</ul></nav>
</header>
<main id="main" tabindex="-1">
${main}
</main>
<footer><p>Made from the run folders of this study by <code>deno task reproduce</code>. One file:
it loads nothing, and can be kept, mailed and printed.</p></footer>
<div class="hidden" role="status" aria-live="polite" id="said"></div>
<script>
${await own("./behaviour.js")}</script>
</body>
</html>
`;
}

/** A table over sets that the opening shows in its own way. */
const ABLATION = "Ablation on all sets";

/** The lines at all products, where a table has some of these; shares of them are curves. */
function ofWhole(table: Table): Table {
  const whole = table.rows.filter(({ fraction }) => fraction === 1);
  return whole.length === 0 || whole.length === table.rows.length ? table : {
    ...table,
    rows: whole,
    ...(table.sources === undefined
      ? {}
      : { sources: table.sources.filter((_, i) => table.rows[i]!.fraction === 1) }),
  };
}

/** What is seen before anything is unfolded: the answer, the ablation, a figure, some drawings. */
async function openingHtml(
  { runs: all, sections, findings, overFolds }: PageContent,
): Promise<string> {
  const runs = all.filter((run) => !isFolded(run));
  const answers = overFolds?.answers ?? answersOf(plainRuns(runs));
  const said = answers.length > 0
    ? answers.map((answer) => `- ${answer}`).join("\n")
    : overFolds !== undefined
    ? FEW_FOLDS
    : `${FEW_SEEDS}\n\n${findings.split("\n").filter((line) => line.startsWith("- ")).join("\n")}`;
  const figures = [
    ...Object.entries(overFolds?.figures ?? {}),
    ...sections.flatMap(({ figures }) => Object.entries(figures)),
  ];
  const figure = figures.find(([name]) => name.endsWith("-size")) ?? figures[0];
  const drawn = fourPrompts(sections.flatMap(({ samples }) => samples ?? []));
  return `<section id="answer" aria-labelledby="answer-heading">
<h2 id="answer-heading">The answer</h2>
<div class="findings">${markdown(said)}</div>
${
    overFolds === undefined
      ? ablationHtml(plainRuns(runs), "ablation")
      : overFolds.tables.slice(0, 2).map(({ table }, i) =>
        tableHtml(table, `opening-${i + 1}`, { decorate: swatch })
      ).join("\n")
  }
${figure === undefined ? "" : await figureHtml(figure[1], "first-figure", links(figure[0], all))}
${
    drawn === undefined
      ? ""
      : await picturesHtml(drawn, "first-pictures", "Four prompts, row by row")
  }
</section>`;
}

/** What rows trade over rates, length and shares, where that was run. */
async function axesPart({ overFolds, runs }: PageContent): Promise<Part[]> {
  const figures = Object.entries(overFolds?.figures ?? {});
  if (figures.length === 0) return [];
  const html = await Promise.all(
    figures.map(([name, figure]) => figureHtml(figure, `axes-${name}`, links(name, runs))),
  );
  return [{ id: "axes", title: "Rates, length, share of the products", html: html.join("\n") }];
}

/** Rows that the opening shows the drawings of, and how many prompts. */
const SHOWN_ROWS = ["A0", "A2", "A3", "A6"], SHOWN_PROMPTS = 4;

/** The first prompts of each set in turn, at all products; undefined where no run drew any. */
function fourPrompts(sets: readonly SampleSet[]): SampleSet | undefined {
  const [first] = sets;
  if (first === undefined) return undefined;
  const alike = sets.filter(({ size }) => size === first.size);
  const has = (row: string) => alike.every(({ rows }) => rows.some((one) => one.row === row));
  const names = [...new Set(first.rows.map(({ row }) => row))].filter(has);
  const shown = names.some((row) => SHOWN_ROWS.includes(row))
    ? names.filter((row) => SHOWN_ROWS.includes(row))
    : names;
  const places = Array.from({ length: SHOWN_PROMPTS }, (_, i) => ({
    set: alike[i % alike.length]!,
    at: Math.floor(i / alike.length),
  })).filter(({ set, at }) => at < set.prompts.length);
  const rows = shown.map((row) => {
    const { label } = first.rows.find((one) => one.row === row)!;
    const tiles = places.map(({ set, at }) =>
      tile(set.rows.find((one) => one.row === row)!.tiles, at)
    );
    return { row, label, tiles: joinTiles(tiles) };
  });
  return { prompts: places.map(({ set, at }) => set.prompts[at]!), size: first.size, rows };
}

async function sectionPart(section: PageSection, runs: readonly RunRecord[]): Promise<Part> {
  const { dataset, tables, figures, samples, examples } = section, id = slug(dataset);
  const mine = runs.filter(({ config }) => config.dataset.name === dataset);
  const tableAt = (table: Table, i: number) =>
    tableHtml(ofWhole(table), `${id}-table-${i + 1}`, { decorate: swatch });
  const drawn: string[] = [];
  for (const [name, figure] of Object.entries(figures)) {
    drawn.push(await figureHtml(figure, `${id}-${slug(name)}`, links(name, runs)));
  }
  const html = [
    ...tables.slice(0, 1).map(tableAt),
    folded("Further tables", tables.slice(1).map((table, i) => tableAt(table, i + 1))),
    folded("Figures", drawn),
    folded(
      "Drawings",
      samples === undefined
        ? []
        : [await picturesHtml(samples, `${id}-pictures`, `Pictures drawn on ${dataset}`)],
    ),
  ];
  if (examples !== undefined) {
    const { sheet, pictures } = examples, title = `Retrieval examples on ${dataset}`;
    html.push(folded("Retrieval examples", [
      await examplesHtml(sheet, `${id}-examples`, title, pictures),
    ]));
  }
  html.push(foldersHtml(mine));
  return { id, title: dataset, html: html.filter((part) => part !== "").join("\n") };
}

/** A part within a part. */
function folded(title: string, parts: readonly string[]): string {
  if (parts.length === 0) return "";
  const count = parts.length > 1 ? ` (${parts.length})` : "";
  return `<details class="inner"><summary>${title}${count}</summary>\n${
    parts.join("\n")
  }\n</details>`;
}

/**
 * Of use where the page lies in its study's folder; the page itself does not need them. Beside packed
 * runs SVGs alone are kept.
 */
function links(name: string, runs: readonly RunRecord[]): string {
  const link = (ending: string, text: string) =>
    `<a href="plots/${encodeURIComponent(name)}.${ending}">${text}</a>`;
  if (runs.some(({ folder }) => isPacked(folder))) {
    return `<span class="files">As ${link("svg", "SVG")}.</span>`;
  }
  return `<span class="files">As ${link("svg", "SVG")}, ${link("png", "PNG")}, ${
    link("html", "with values under the pointer")
  }.</span>`;
}

/** The colour of a row in all figures, before its name. */
const swatch: Decorate = (key, cell, html) =>
  key === "row" && typeof cell === "string"
    ? `<span class="swatch" style="background:var(--row-${
      escapeXml(cell)
    },var(--ink))"></span>${html}`
    : html;

function foldersHtml(runs: readonly RunRecord[]): string {
  const rows = [...new Set(runs.map(({ config }) => config.row))];
  const lines = rows.map((row) => {
    const folders = runs.filter(({ config }) => config.row === row).map((run) =>
      `<a href="${runLink(run)}">${escapeXml(run.name)}</a>`
    );
    return `<dt>${escapeXml(row)}</dt><dd>${folders.join("<br>")}</dd>`;
  });
  return `<details><summary>The ${runs.length} run folders behind these numbers</summary><dl class="pairs">${
    lines.join("")
  }</dl></details>`;
}

/** Those inside are in tables/reproduced.* alone: of a grid they are thousands. */
function reproducedHtml({ line, table }: { line: string; table: Table }): string {
  const rows = table.rows.filter(({ verdict }) => verdict !== "inside");
  return `<p>${escapeXml(line)}. Every number stands in <code>tables/reproduced.md</code>.</p>${
    rows.length === 0
      ? ""
      : `<details><summary>Those that are not inside</summary>${
        tableHtml({ ...table, rows }, "reproduced-table", { decorate: swatch })
      }</details>`
  }`;
}

function settingsHtml(runs: readonly RunRecord[]): string {
  return settingsOf(runs).map(({ title, lines }) => {
    const pairs = lines.map(({ name, values }) =>
      `<dt>${escapeXml(name)}</dt><dd>${values.map(escapeXml).join(" <i>or</i> ")}</dd>`
    );
    return `<details><summary>${escapeXml(title)}</summary><dl class="pairs">${
      pairs.join("")
    }</dl></details>`;
  }).join("\n");
}

function dataHtml(runs: readonly RunRecord[]): string {
  const sets = new Map(runs.map(({ config: { dataset } }) => [dataset.fingerprint, dataset]));
  return [...sets.values()].map(({ name, kind, train, validation, test, licence, fingerprint }) => {
    const pairs = {
      pictures:
        `${kind}: ${train} to train on, ${validation} to choose settings by, ${test} to test`,
      licence,
      fingerprint: fingerprint.slice(0, 16),
    };
    return `<h3>${escapeXml(name)}</h3><dl class="pairs">${
      Object.entries(pairs).map(([key, value]) => `<dt>${key}</dt><dd>${escapeXml(value)}</dd>`)
        .join("")
    }</dl>`;
  }).join("\n");
}

function traceHtml(runs: readonly RunRecord[]): string {
  const table = runTable(runs), named = new Map(runs.map((run) => [run.name, run]));
  const decorate: Decorate = (key, cell, html) => {
    const run = key === "folder" ? named.get(String(cell)) : undefined;
    return run ? `<a href="${runLink(run)}"><code>${html}</code></a>` : swatch(key, cell, html);
  };
  return `<p>A number of a table is the mean of one entry of <code>metrics</code> in
<code>evaluation.json</code> over the run folders of its row. The files under <code>tables/</code>
hold the same tables in full precision, as CSV, JSON, Markdown and LaTeX.</p>
${tableHtml(table, "runs", { decorate })}`;
}

/** "5 runs: rows A0, A1 on 1 data set, seed 0; preset mini" */
function facts(runs: readonly RunRecord[]): string {
  const distinct = <T>(of: (run: RunRecord) => T) => [...new Set(runs.map(of))];
  const seeds = distinct(({ config }) => config.seed).length;
  const sets = distinct(({ config }) => config.dataset.name);
  return [
    `${runs.length} ${runs.length === 1 ? "run" : "runs"}`,
    `rows ${distinct(({ config }) => config.row).join(", ")}`,
    sets.join(", "),
    `${seeds} ${seeds === 1 ? "seed" : "seeds"}`,
    `preset ${distinct(({ config }) => config.preset).join(", ")}`,
  ].join(" · ");
}

/** Text of the project's own as HTML; a data set's name in it may hold anything. */
function markdown(text: string): string {
  const kept = text.replaceAll("<", "&lt;").replaceAll(/(\d) %/g, "$1\u00a0%");
  return MARKDOWN.parse(kept, { async: false });
}

/** Markdown whose links lead to the web or to files beside the page; others, such as scripts, go nowhere. */
const MARKDOWN = new Marked({
  walkTokens(token) {
    if (token.type !== "link" && token.type !== "image") return;
    if (!/^(https?:\/\/|#|[\w./-]*$)/.test(String(token.href))) token.href = "#";
  },
});

function slug(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "set";
}
