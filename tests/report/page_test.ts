import assert from "node:assert/strict";
import { join } from "@std/path";
import { figureHtml, inColumns, themed, untitled } from "unidiff/report/page/figure.ts";
import { pageHtml } from "unidiff/report/page/page.ts";
import { settingsOf } from "unidiff/report/page/settings.ts";
import { sortValue, tableHtml } from "unidiff/report/page/table.ts";
import { metricBars, OTHER_BARS, trainingCurves } from "unidiff/report/figures.ts";
import { CLASS_COLOURS, rowColour } from "unidiff/report/panels.ts";
import { rows } from "unidiff/study/rows.ts";
import { readStudy } from "unidiff/report/record.ts";
import { comparableSamples } from "unidiff/report/samples.ts";
import { writeStudyReport } from "unidiff/report/study_report.ts";
import type { Table } from "unidiff/report/table.ts";
import { inFolder } from "../data/folder.ts";
import { writeRun } from "./synthetic_study.ts";

Deno.test("tableHtml() gives headings to sort by, values in full precision, and escapes texts", () => {
  const table: Table = {
    title: "A & B",
    note: "<script>",
    columns: [
      { key: "row", title: "row", align: "left", format: "text" },
      {
        key: "x",
        title: "R@1",
        align: "right",
        format: { digits: 1, scale: 100 },
        better: "higher",
      },
    ],
    rows: [{ row: '<i>"', x: { mean: 0.123456, std: 0.01, n: 3 } }, { row: "b", x: undefined }],
  };
  const html = tableHtml(table, "id");
  assert.match(html, /<th scope="row" class="left">&lt;i&gt;&quot;</);
  assert.match(html, /<td class="right" data-sort="0.123456">12.3 ± 1.0</);
  assert.match(html, /<td class="right" data-sort=""><span role="img" aria-label="not measured">–/);
  assert.match(html, /aria-sort="none"><button type="button" data-first="descending">R@1/);
  assert.ok(!html.includes("<script>"));
  assert.deepEqual([true, false, 2, "x", undefined].map(sortValue), [1, 0, 2, "x", undefined]);
});

Deno.test("inColumns() keeps every panel below its own heading, within the figure", () =>
  inFolder(async (study) => {
    for (const row of ["A0", "A1", "A3"] as const) await writeRun(study, row, 0);
    const runs = await readStudy(study);
    for (const wide of [metricBars(runs, OTHER_BARS), trainingCurves(runs)!]) {
      const narrow = inColumns(untitled(wide).figure, 1);
      assert.ok(narrow.layout.width < 400 && wide.layout.width > 700);
      const layout = narrow.layout as unknown as Record<string, { domain: [number, number] }>;
      const panels = Object.keys(layout).filter((key) => /^xaxis\d*$/.test(key)).length;
      const tops = Array.from(
        { length: panels },
        (_, p) => layout[`yaxis${p === 0 ? "" : p + 1}`]!.domain[1],
      );
      const headings = (narrow.layout.annotations as { xref: string; yref: string; y: number }[])
        .filter(({ xref, yref }) => xref === "paper" && yref === "paper");
      assert.deepEqual(headings.map(({ y }) => y), tops);
      assert.equal(new Set(tops).size, panels, "one below the other");
      assert.ok(tops.every((top) => top > 0 && top <= 1));
    }
  }));

Deno.test("themed() puts the page's colours in place of the figure's and takes the background away", () => {
  const svg = '<svg width="10" height="5" style=""><rect x="0" y="0" width="10" height="5" ' +
    'style="fill: rgb(255, 255, 255);"/><path style="fill: rgb(34, 34, 34)"/>' +
    '<path style="fill: rgb(1, 2, 3)"/></svg>';
  assert.equal(
    themed(svg),
    '<svg aria-hidden="true" focusable="false" style="--width:10px">' +
      '<path style="fill: var(--ink)"/><path style="fill: rgb(1, 2, 3)"/></svg>',
  );
});

Deno.test("every row and class has a colour of its own, in figures and in the page, light and dark", async () => {
  const names = [
    ...Object.keys(rows).map((row) => [`--row-${row}`, rowColour(row)] as const),
    ...CLASS_COLOURS.map((colour, i) => [`--class-${i + 1}`, colour] as const),
  ];
  const colours = names.map(([, colour]) => colour);
  assert.equal(new Set(colours).size, colours.length);
  const style = await Deno.readTextFile(
    new URL("../../lib/report/page/style.css", import.meta.url),
  );
  for (const [name, colour] of names) {
    assert.equal(style.split(`${name}: #`).length, 3, `${name}, light and dark`);
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    assert.equal(themed(`<svg fill="rgb(${r}, ${g}, ${b})"/>`).includes(`${name})`), true);
  }
});

Deno.test("figureHtml() names the figure and its panels for those who do not see it", () =>
  inFolder(async (study) => {
    await writeRun(study, "A0", 0);
    const bars = metricBars(await readStudy(study), OTHER_BARS.slice(0, 2), "Bars <of> it");
    const html = await figureHtml(bars, "bars");
    assert.match(html, /<h3 id="bars-title">Bars &lt;of&gt; it<\/h3>/);
    assert.match(html, /aria-label="Bars &lt;of&gt; it: IS loss on test pictures[^"]*, outside/);
    assert.equal(html.match(/<svg /g)!.length, 2);
    assert.match(html, /The numbers are in the tables\./);
    const map = { ...bars, layout: { ...bars.layout, meta: { description: "Far <apart>." } } };
    assert.match(await figureHtml(map, "map"), /, outside[^"]*\. Far &lt;apart&gt;\."/);
    assert.doesNotMatch(html, /rgb\(34, 34, 34\)/);
  }));

Deno.test("settingsOf() gathers what runs differ in", () =>
  inFolder(async (study) => {
    for (const row of ["A0", "A1"] as const) await writeRun(study, row, 0);
    const runs = await readStudy(study);
    runs[1]!.config.train = { steps: 300, rsc: { timesteps: [50, 300] } };
    const { title, lines } = settingsOf(runs)[0]!;
    assert.equal(title, "Training");
    assert.deepEqual(lines, [
      { name: "steps", values: ["150", "300"] },
      { name: "rsc.timesteps", values: ["50, 300"] },
    ]);
  }));

Deno.test("writeStudyReport() writes one page that holds everything, the same each time, under 5 MB", () =>
  inFolder(async (study) => {
    for (const row of ["A0", "A1", "A2", "A3", "A6"] as const) {
      for (const seed of [0, 1]) {
        await writeRun(study, row, seed, { dataset: "one", shown: true });
      }
    }
    const runs = await readStudy(study), { page } = await writeStudyReport(study);
    const html = await Deno.readTextFile(page);
    assert.ok(html.length < 5e6 / 3, `${html.length} bytes: three data sets no longer fit`);
    // It names every run folder, and loads nothing.
    for (const { name } of runs) assert.ok(html.includes(`href="runs/${name}/"`), name);
    assert.doesNotMatch(html, /(src|href)="(https?:)?\/\//);
    for (const [, src] of html.matchAll(/\ssrc="([^"]*)"/g)) {
      assert.match(src!, /^data:image\/webp/);
    }
    for (const [, path] of html.matchAll(/href="((?:plots|runs)\/[^"]*)"/g)) {
      await Deno.stat(join(study, decodeURIComponent(path!)));
    }
    // A function of the runs alone.
    const section = {
      dataset: "one",
      tables: [],
      figures: {},
      samples: await comparableSamples(runs),
    };
    const content = { folder: study, runs, sections: [section], findings: "**x** < 3 %" };
    const once = await pageHtml(content);
    assert.equal(await pageHtml(content), once);
    assert.match(once, /<strong>x<\/strong> &lt; 3\u00a0%/);
  }));
