import assert from "node:assert/strict";
import { join, relative } from "@std/path";
import sharp from "sharp";
import { writeStudyReport } from "unidiff/report/study_report.ts";
import { inFolder } from "../data/folder.ts";
import { writeRun } from "./synthetic_study.ts";

Deno.test("writeStudyReport() writes tables, plots and samples of each data set, again the same", async () => {
  const study = await Deno.makeTempDir();
  try {
    for (const row of ["A0", "A1", "A3"] as const) await writeRun(study, row, 0);
    await writeRun(study, "A1", 0, { dataset: "fashion" });
    await writeRun(study, "A6", 0, { finished: false });
    const report = await writeStudyReport(study);
    const names = [...report.tables, ...report.plots, ...report.samples, report.page];
    assert.deepEqual(
      names.map((path) => relative(study, path)).sort(),
      [
        "index.html",
        ...["fashion", "shop"].flatMap((dataset) =>
          ["other", "retrieval", "training"].flatMap((plot) =>
            ["html", "png", "svg"].map((ending) => `plots/${dataset}-${plot}.${ending}`)
          )
        ),
        "samples/fashion.png",
        "samples/shop.png",
        ...[
          ...["fashion", "shop"].flatMap((dataset) =>
            ["-cost", "-embeddings", ""].map((which) => dataset + which)
          ),
          "overview",
        ].flatMap((name) =>
          ["csv", "json", "md", "tex"].map((ending) => `tables/${name}.${ending}`)
        ),
      ].sort(),
    );
    assert.deepEqual(report.skipped, []);
    const bytes = () => Promise.all(names.map((path) => Deno.readFile(path)));
    const first = await bytes();
    await writeStudyReport(study);
    assert.deepEqual(await bytes(), first);

    // Four prompts across and three rows, each 128 pixels and a gap of 4, beside and below labels.
    const { width, height } = await sharp(join(study, "samples", "shop.png")).metadata();
    assert.ok(width > 4 * 132 && height > 3 * 132 && height < 4 * 132, `${width} × ${height}`);
  } finally {
    await Deno.remove(study, { recursive: true });
  }
});

Deno.test("writeStudyReport() shows maps and retrieval examples of runs that kept them", () =>
  inFolder(async (study) => {
    for (const row of ["A0", "A1"] as const) await writeRun(study, row, 0, { shown: true });
    await writeRun(study, "A3", 0);
    const asked: string[] = [];
    const pictures = ({ name }: { name: string }, ids: readonly string[]) => {
      asked.push(name, ...ids);
      return Promise.resolve(undefined);
    };
    const { plots, page } = await writeStudyReport(study, { pictures });
    const names = plots.map((path) => relative(join(study, "plots"), path));
    assert.ok(names.includes("shop-examples.png") && names.includes("shop-embeddings.svg"));
    assert.deepEqual(asked.slice(0, 3), ["shop", "images/0.png", "images/1.png"]);
    const html = await Deno.readTextFile(page);
    assert.match(html, /<div class="examples" id="shop-examples" data-pictures="none">/);
    assert.match(html, /A0: the centres of pictures and captions lie/);
  }));

Deno.test("writeStudyReport() draws curves over the shares of products where there are several", () =>
  inFolder(async (study) => {
    await writeRun(study, "A1", 0);
    const half = join(await writeRun(study, "A1", 1), "config.json");
    const config = JSON.parse(await Deno.readTextFile(half));
    await Deno.writeTextFile(half, JSON.stringify({ ...config, fraction: 0.5 }));
    const { plots, tables } = await writeStudyReport(study);
    assert.ok(plots.some((path) => path.endsWith("plots/shop-size.svg")));
    assert.ok(tables.some((path) => path.endsWith("tables/shop-size.md")));
  }));

Deno.test("writeStudyReport() takes the newest of two runs of one row and seed, and names the other", async () => {
  const study = await Deno.makeTempDir();
  try {
    const old = await writeRun(study, "A1", 0, { hash: "ffffffff" });
    await writeRun(study, "A1", 0, { hash: "00000000" });
    await Deno.utime(join(old, "evaluation.json"), 1e9, 1e9);
    const { skipped, tables } = await writeStudyReport(study);
    assert.deepEqual(skipped.map(({ folder }) => folder), [old]);
    const table = JSON.parse(await Deno.readTextFile(tables.find((p) => p.endsWith("json"))!));
    assert.equal(table.rows[0].seeds, 1);
    await assert.rejects(
      writeStudyReport(study, { runs: ["none"] }),
      /no finished run to report on/,
    );
  } finally {
    await Deno.remove(study, { recursive: true });
  }
});
