import assert from "node:assert/strict";
import sharp from "sharp";
import {
  cosineText,
  EXAMPLE_SIZE,
  type ExamplePictures,
  exampleSheet,
  picturedIds,
} from "unidiff/report/examples.ts";
import { examplesPicture } from "unidiff/report/examples_picture.ts";
import { toTiles } from "unidiff/report/grid.ts";
import { examplesHtml } from "unidiff/report/page/examples.ts";
import type { RunRecord } from "unidiff/report/record.ts";
import { neighbours, pixels, runRecord, type SyntheticRow } from "./synthetic_study.ts";

const run = (row: SyntheticRow, seed = 0): RunRecord => ({
  ...runRecord(row, seed),
  neighbours: neighbours(row),
});

/** A picture of one colour for each id. */
function pictures(ids: readonly string[], more: Partial<ExamplePictures> = {}): ExamplePictures {
  const tiles = ids.map((id) => [id, toTiles(pixels(id, 1, EXAMPLE_SIZE), EXAMPLE_SIZE)] as const);
  return { tiles: new Map(tiles), credits: ["Ann <x> (MIT)"], private: false, ...more };
}

Deno.test("exampleSheet() sets the first seeds of compared rows beside each other", () => {
  const sheet = exampleSheet([run("A0"), run("A1"), run("A1", 1), run("A2"), run("A6")])!;
  assert.deepEqual(sheet.rows.map(({ row }) => row), ["A0", "A1", "A6"]);
  const { record, found } = sheet.t2i[1]!;
  assert.equal(record.id, "images/1.png");
  assert.equal(found.length, 3);
  assert.deepEqual(found[0]!.map(({ right }) => right), [false, false, true, false, false]);
  assert.deepEqual(found[1]!.map(({ right }) => right), [true, false, false, false, false]);
  assert.deepEqual(found[2]![1], {
    record: { id: "images/3.png", caption: "a <b>thing</b> & 3" },
    score: 0.7,
    right: false,
  });
  assert.equal(exampleSheet([runRecord("A0", 0)]), undefined);
  assert.equal(exampleSheet([run("A2")]), undefined);
});

Deno.test("exampleSheet() leaves out a row whose queries are others", () => {
  const other = neighbours("A6");
  const moved = { ...other, i2t: other.i2t.slice(1), t2i: other.t2i.slice(1) };
  const sheet = exampleSheet([run("A0"), run("A1"), { ...run("A6"), neighbours: moved }])!;
  assert.deepEqual(sheet.rows.map(({ row }) => row), ["A0", "A1"]);
  // The same ids of another version of the set are others as well.
  const recaptioned = {
    ...other,
    records: other.records.map((record) => ({ ...record, caption: "x" })),
  };
  const two = exampleSheet([run("A0"), { ...run("A6"), neighbours: recaptioned }])!;
  assert.deepEqual(two.rows.map(({ row }) => row), ["A0"]);
});

Deno.test("picturedIds() names queries of one way and neighbours of the other, each once", () => {
  const sheet = exampleSheet([run("A1")])!;
  const ids = picturedIds({ ...sheet, i2t: sheet.i2t.slice(0, 1), t2i: sheet.t2i.slice(0, 1) });
  assert.deepEqual(ids, [0, 2, 3, 4, 5].map((i) => `images/${i}.png`));
});

Deno.test("cosineText() has two digits and a minus sign", () => {
  assert.deepEqual([0.857, -0.5, -0.001].map(cosineText), ["0.86", "−0.50", "0.00"]);
});

Deno.test("examplesHtml() marks right and wrong by word and sign, in the order found", async () => {
  const sheet = exampleSheet([run("A0"), run("A1")])!;
  const html = await examplesHtml(sheet, "x", "Title <y>", pictures(picturedIds(sheet)));
  assert.match(html, /<h3>Title &lt;y&gt;<\/h3>/);
  assert.match(html, /data-pictures="publishable"/);
  assert.doesNotMatch(html, /<b>thing/);
  // 5 queries × 2 ways × 2 rows × 5 neighbours, one of each five right.
  assert.equal(html.match(/✓\u00a0<\/span><b>right<\/b>/g)?.length, 20);
  assert.equal(html.match(/✗\u00a0<\/span><b>wrong<\/b>/g)?.length, 80);
  const cells = [...html.matchAll(/<td role="cell" class="(\w+)/g)].map(([, kind]) => kind);
  assert.deepEqual(cells.slice(0, 10).map((kind) => kind === "hit"), [
    ...[false, false, true, false, false],
    ...[true, false, false, false, false],
  ]);
  // A picture for each query of one way and each neighbour of the other; every one has its caption,
  // and each stands in the page once.
  assert.equal(html.match(/<use href="#x-\d"/g)?.length, 5 + 50);
  assert.equal(
    html.match(/aria-label="(The picture of the query: )?a &lt;b&gt;thing/g)?.length,
    55,
  );
  assert.equal(html.match(/<image id="x-\d"[^>]* href="data:image\/webp;base64,/g)?.length, 9);
  assert.doesNotMatch(html, /Captions stand/);
  const half = await examplesHtml(sheet, "x", "t", pictures(picturedIds(sheet).slice(1)));
  assert.match(half, /Captions stand for pictures that may not be published/);
  // Three queries of each way are seen, two folded.
  assert.match(html, /<summary>2 more pictures<\/summary>/);
  assert.match(html, /Ann &lt;x&gt; \(MIT\)\. Scaled to 64 pixels/);
  assert.equal(
    await examplesHtml(sheet, "x", "Title <y>", pictures(picturedIds(sheet))),
    html,
  );
});

Deno.test("examplesHtml() shows captions alone where pictures are missing, and says why", async () => {
  const sheet = exampleSheet([run("A0")])!;
  const lost = await examplesHtml(sheet, "x", "t");
  assert.match(lost, /data-pictures="none"/);
  assert.match(lost, /data set was not found/);
  assert.doesNotMatch(lost, /<svg|Whose pictures/);
  const withheld = await examplesHtml(sheet, "x", "t", pictures([]));
  assert.match(withheld, /data-pictures="none"/);
  assert.match(withheld, /may not be published: captions stand/);
  const some = await examplesHtml(sheet, "x", "t", pictures(["images/0.png"], { private: true }));
  assert.match(some, /data-pictures="private"/);
  assert.match(some, /keep this page to yourself/);
  // The query, and its picture among its own nearest and those of queries 3 and 4 … as found.
  const shown = 1 + sheet.t2i.flatMap(({ found }) => found.flat())
    .filter(({ record }) => record.id === "images/0.png").length;
  assert.equal(some.match(/<use /g)?.length, shown);
});

Deno.test("examplesPicture() puts every neighbour's picture in its place, again the same", async () => {
  const sheet = exampleSheet([run("A1")])!, found = pictures(picturedIds(sheet));
  const png = await examplesPicture(sheet, "Title", found);
  assert.deepEqual(await examplesPicture(sheet, "Title", found), png);
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  // The centres of discs have colours of their own; they are found in the order of the sheet.
  const colour = (id: string) => {
    const { bytes } = found.tiles.get(id)!, at = (32 * EXAMPLE_SIZE + 32) * 3;
    return [...bytes.subarray(at, at + 3)].join();
  };
  const wanted = sheet.t2i.map(({ found }) => found[0]!.map(({ record }) => colour(record.id)));
  const lines = new Set<string>();
  const step = 216, left = 24 + 170 + 32;
  for (let y = 0; y < info.height; y++) {
    const line = wanted[0]!.map((_, n) => {
      const at = (y * info.width + left + n * step) * info.channels;
      return [...data.subarray(at, at + 3)].join();
    });
    lines.add(line.join(" "));
  }
  for (const line of wanted) assert.ok(lines.has(line.join(" ")), line.join(" "));
  const plain = await sharp(await examplesPicture(sheet, "Title")).metadata();
  assert.ok(plain.width === info.width && plain.height < info.height);
});
