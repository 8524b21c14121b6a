/**
 * The report page of a study: one HTML file that needs no network and nothing beside it.
 *
 * A pure function of its content: the same runs and pictures give the same bytes. Its script sorts
 * tables and zooms plots; without it everything can still be read.
 */
import { basename, resolve } from "@std/path";
import type { RunRecord } from "../record.ts";
import { escapeXml, type Table } from "../table.ts";
import { shareStyles } from "./compact.ts";
import type { PageContent, PageSection } from "./content.ts";
import { examplesHtml } from "./examples.ts";
import { figureHtml } from "./figure.ts";
import { openingHtml } from "./opening.ts";
import { links, markdown, swatch } from "./pieces.ts";
import { picturesHtml } from "./pictures.ts";
import { runLink, runTable } from "./runs.ts";
import { settingsOf } from "./settings.ts";
import { type Decorate, tableHtml } from "./table.ts";
import { INFERRED, LEAD, titleOf } from "./texts.ts";

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

/** What rows trade over rates, length and shares, where that was run. */
async function axesPart({ overFolds, runs }: PageContent): Promise<Part[]> {
  const figures = Object.entries(overFolds?.figures ?? {});
  if (figures.length === 0) return [];
  const html = await Promise.all(
    figures.map(([name, figure]) => figureHtml(figure, `axes-${name}`, links(name, runs))),
  );
  return [{ id: "axes", title: "Rates, length, share of the products", html: html.join("\n") }];
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

function slug(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "set";
}
