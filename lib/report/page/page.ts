/**
 * The report page of a study: one HTML file that needs no network and nothing beside it.
 *
 * A pure function of its content: the same runs and pictures give the same bytes. Its script sorts
 * tables and zooms plots; without it everything can still be read.
 */
import { marked } from "marked";
import { basename, resolve } from "@std/path";
import type { ExamplePictures, ExampleSheet } from "../examples.ts";
import type { Figure } from "../plot.ts";
import type { RunRecord } from "../record.ts";
import type { SampleSet } from "../samples.ts";
import { escapeXml, type Table } from "../table.ts";
import { shareStyles } from "./compact.ts";
import { examplesHtml } from "./examples.ts";
import { figureHtml } from "./figure.ts";
import { picturesHtml } from "./pictures.ts";
import { runLink, runTable } from "./runs.ts";
import { settingsOf } from "./settings.ts";
import { type Decorate, tableHtml } from "./table.ts";
import { INFERRED, LEAD } from "./texts.ts";

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
  const study = basename(resolve(folder));
  const parts: Part[] = [
    ...(overSets.length === 0 ? [] : [{
      id: "claims",
      title: "The paper's claims, here",
      html: claimsHtml(overSets),
    }]),
    ...(findings === "" ? [] : [{
      id: "findings",
      title: "What was found",
      html: `<div class="findings">${markdown(findings)}</div>`,
    }]),
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
    parts.map(({ id, title, html }) =>
      `<section id="${id}" aria-labelledby="${id}-heading">\n<h2 id="${id}-heading">${
        escapeXml(title)
      }</h2>\n${html}\n</section>`
    ).join("\n"),
  );
  // The policy keeps the promise that nothing is fetched, even by what a caption might smuggle in.
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${escapeXml(study)} · UniDiff study</title>
<link rel="icon" href="data:,">
<style>
${await own("./style.css")}${rules}
</style>
</head>
<body>
<a class="skip" href="#main">Skip to the findings</a>
<header>
<p class="kicker">UniDiff in TypeScript · study report</p>
<h1>${escapeXml(study)}</h1>
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

/** The last of several is every claim on every share, which few will read through. */
function claimsHtml(tables: readonly Table[]): string {
  const html = tables.map((table, i) =>
    tableHtml(table, `claims-table-${i + 1}`, { decorate: swatch })
  );
  if (html.length < 2) return html.join("");
  const last = html.pop();
  return `${
    html.join("\n")
  }<details><summary>Every claim, by share of the products</summary>${last}</details>`;
}

async function sectionPart(section: PageSection, runs: readonly RunRecord[]): Promise<Part> {
  const { dataset, tables, figures, samples, examples } = section, id = slug(dataset);
  const mine = runs.filter(({ config }) => config.dataset.name === dataset);
  const html: string[] = [];
  for (const [i, table] of tables.entries()) {
    html.push(tableHtml(table, `${id}-table-${i + 1}`, { decorate: swatch }));
  }
  html.push(foldersHtml(mine));
  for (const [name, figure] of Object.entries(figures)) {
    html.push(await figureHtml(figure, `${id}-${slug(name)}`, links(name)));
  }
  if (samples !== undefined) {
    html.push(await picturesHtml(samples, `${id}-pictures`, `Pictures drawn on ${dataset}`));
  }
  if (examples !== undefined) {
    const { sheet, pictures } = examples, title = `Retrieval examples on ${dataset}`;
    html.push(await examplesHtml(sheet, `${id}-examples`, title, pictures));
  }
  return { id, title: dataset, html: html.join("\n") };
}

/** Of use where the page lies in its study's folder; the page itself does not need them. */
function links(name: string): string {
  const link = (ending: string, text: string) =>
    `<a href="plots/${encodeURIComponent(name)}.${ending}">${text}</a>`;
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
    const folders = runs.filter(({ config }) => config.row === row).map(({ name }) =>
      `<a href="${runLink(name)}">${escapeXml(name)}</a>`
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
  return settingsOf(runs).map(({ title, lines }, i) => {
    const pairs = lines.map(({ name, values }) =>
      `<dt>${escapeXml(name)}</dt><dd>${values.map(escapeXml).join(" <i>or</i> ")}</dd>`
    );
    return `<details${i === 0 ? " open" : ""}><summary>${
      escapeXml(title)
    }</summary><dl class="pairs">${pairs.join("")}</dl></details>`;
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
  const table = runTable(runs);
  const decorate: Decorate = (key, cell, html) =>
    key === "folder"
      ? `<a href="${runLink(String(cell))}"><code>${html}</code></a>`
      : swatch(key, cell, html);
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
  return marked.parse(kept, { async: false });
}

function slug(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "set";
}
