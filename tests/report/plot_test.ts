import assert from "node:assert/strict";
import { join } from "@std/path";
import sharp from "sharp";
import { metricBars, RETRIEVAL_BARS, trainingCurves } from "unidiff/report/figures.ts";
import { textWidth, wrapText } from "unidiff/report/fonts.ts";
import { type Figure, renderFigure, toPage, toPng, toSvg } from "unidiff/report/plot.ts";
import { readStudy, type RunRecord } from "unidiff/report/record.ts";
import { writeRun } from "./synthetic_study.ts";

async function study(): Promise<RunRecord[]> {
  const folder = await Deno.makeTempDir();
  try {
    for (const row of ["A0", "A1", "A3"] as const) {
      for (const seed of [0, 1]) await writeRun(folder, row, seed);
    }
    return await readStudy(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Texts of an SVG, in order. */
const texts = (svg: string) =>
  [...svg.matchAll(/<text[^>]*>(.*?)<\/text>/g)].map(([, inner]) => inner!.replace(/<[^>]*>/g, ""));

Deno.test("metricBars() draws labels, ticks and one bar for each row, the same bytes each time", async () => {
  const figure = metricBars(await study(), RETRIEVAL_BARS.slice(0, 2), "Retrieval on shop");
  const before = JSON.stringify(figure), svg = await toSvg(figure), found = texts(svg);
  for (const text of ["Retrieval on shop", "image → text R@1 (%)", "A0", "A1", "A3", "20", "60"]) {
    assert.ok(found.includes(text), `${text} in ${found.join("|")}`);
  }
  assert.equal(await toSvg(figure), svg);
  assert.equal(JSON.stringify(figure), before, "the figure is left as it was");
  // Bars that stand for the six (row, panel) pairs, with an error bar each.
  assert.equal(svg.match(/class="yerror"/g)?.length, 6);
});

Deno.test("metricBars() refuses metrics that no run has", async () => {
  const runs = await study();
  assert.throws(
    () => metricBars(runs, [{ key: "no.such", title: "" }]),
    /no run has any of no\.such/,
  );
});

Deno.test("trainingCurves() has a panel for each term and a legend for each trained row", async () => {
  const figure = trainingCurves(await study());
  assert.ok(figure !== undefined);
  const found = texts(await toSvg(figure));
  for (const text of ["ITC loss", "IS loss", "gradient norm", "A1 ITC", "A3 ITC + IS", "step"]) {
    assert.ok(found.includes(text), `${text} in ${found.join("|")}`);
  }
  assert.ok(!found.includes("RSC loss"));
});

Deno.test("trainingCurves() is undefined where nothing was trained", async () => {
  const runs = (await study()).filter(({ config }) => config.row === "A0");
  assert.equal(trainingCurves(runs), undefined);
});

const SMALL: Figure = {
  data: [{ type: "bar", x: ["</script>", "b"], y: [1, 2] }],
  layout: { width: 300, height: 200, title: { text: "small" } },
};

Deno.test("toPng() draws at twice the size on white, with text whatever fonts are installed", async () => {
  const png = await toPng(await toSvg(SMALL));
  const { width, height, channels } = await sharp(png).metadata();
  assert.deepEqual([width, height, channels], [600, 400, 3]);
  const label = `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="30">` +
    `<text x="5" y="20" font-size="16">R@5 (%)</text></svg>`;
  const { channels: [grey] } = await sharp(await toPng(label)).greyscale().stats();
  assert.equal(grey!.max, 255);
  assert.ok(grey!.min < 100, `darkest pixel ${grey!.min}, expected the ink of letters`);
});

Deno.test("toPage() cannot be ended by its data", () => {
  assert.equal(toPage(SMALL, "a <b>").match(/<\/script>/g)?.length, 2);
});

Deno.test("renderFigure() writes three files and one shared library", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const paths = await renderFigure(SMALL, join(folder, "plots", "small"));
    assert.deepEqual(paths.map((path) => path.split(".").at(-1)), ["svg", "png", "html"]);
    const names = [...Deno.readDirSync(join(folder, "plots"))].map(({ name }) => name).sort();
    assert.deepEqual(names, ["assets", "small.html", "small.png", "small.svg"]);
    const { size } = await Deno.stat(join(folder, "plots", "assets", "plotly.min.js"));
    assert.ok(size > 1e6 && size < 2e6, `${size} bytes`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("wrapText() breaks at spaces, and cuts what is too long or too much", () => {
  const width = textWidth("a red", 12);
  assert.deepEqual(wrapText("a red chair", 12, width + 5, 3), ["a red", "chair"]);
  assert.deepEqual(wrapText("a red chair here", 12, width + 12, 1), ["a red…"]);
  assert.deepEqual(wrapText("incomprehensible", 12, 40, 2), ["inco…"]);
});
