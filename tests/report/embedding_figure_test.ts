import assert from "node:assert/strict";
import { embeddingMaps } from "unidiff/report/embedding_figure.ts";
import { PANEL_ASPECT } from "unidiff/report/panels.ts";
import { toSvg } from "unidiff/report/plot.ts";
import type { RunRecord } from "unidiff/report/record.ts";
import { embedding, runRecord, type SyntheticRow } from "./synthetic_study.ts";

function run(row: SyntheticRow, seed: number): RunRecord {
  return { ...runRecord(row, seed), embedding: embedding(row, seed) };
}

interface Trace {
  readonly x: number[];
  readonly y: number[];
  readonly name: string;
  readonly showlegend: boolean;
  readonly marker: { readonly symbol: string; readonly color: string };
}
const traces = (runs: RunRecord[]) => embeddingMaps(runs, "x")!.data as unknown as Trace[];

Deno.test("embeddingMaps() has a panel for each compared row's first seed", async () => {
  const runs = [run("A0", 0), run("A0", 1), run("A2", 0), run("A6", 0)];
  const figure = embeddingMaps(runs, "Embeddings on shop")!;
  // Two panels (A2 is not compared) of three values, pictures and captions.
  assert.equal(figure.data.length, 2 * 3 * 2);
  const points = figure.data.reduce((sum, { x }) => sum + (x as number[]).length, 0);
  assert.equal(points, 2 * 2 * 75); // every second of 150
  const svg = await toSvg(figure);
  assert.equal(svg.match(/<path class="point"/g)?.length, points);
  assert.equal(embeddingMaps([{ ...run("A0", 0), embedding: undefined }], "none"), undefined);
});

Deno.test("embeddingMaps() tells values apart by shape and colour, captions by open marks", () => {
  const named = traces([run("A0", 0)]);
  const legend = named.filter(({ showlegend }) => showlegend);
  assert.deepEqual(legend.map(({ name }) => name), ["flat", "long", "round"]);
  assert.equal(new Set(legend.map(({ marker }) => marker.symbol)).size, 3);
  assert.equal(new Set(legend.map(({ marker }) => marker.color)).size, 3);
  for (let i = 0; i < named.length; i += 2) {
    const [pictures, captions] = [named[i]!.marker, named[i + 1]!.marker];
    assert.deepEqual(captions, { ...pictures, symbol: `${pictures.symbol}-open` });
  }
  const { attribute: _, ...map } = embedding("A0", 0);
  const plain = traces([{ ...run("A0", 0), embedding: map }]);
  assert.deepEqual(plain.map(({ name, marker: { symbol } }) => [name, symbol]), [
    ["pictures", "circle"],
    ["captions", "circle-open"],
  ]);
  assert.notEqual(plain[0]!.marker.color, plain[1]!.marker.color);
});

Deno.test("embeddingMaps() draws all panels on one scale, a row's axes turned like the first's", () => {
  const map = embedding("A0", 0),
    mirrored = {
      ...map,
      images: map.images.map(([x, y]): [number, number] => [-3 * x, y]),
      texts: map.texts.map(([x, y]): [number, number] => [-3 * x, y]),
    };
  const runs = [run("A0", 0), { ...run("A6", 0), embedding: mirrored }];
  const { data, layout } = embeddingMaps(runs, "x")!, shown = data as unknown as Trace[];
  shown.slice(0, 6).forEach(({ x, y }, i) => {
    assert.deepEqual(shown[6 + i]!.x, x.map((value) => 3 * value));
    assert.deepEqual(shown[6 + i]!.y, y);
  });
  const range = (axis: string) =>
    (layout as unknown as Record<string, { range: number[] }>)[axis]!.range;
  assert.deepEqual(range("xaxis2"), range("xaxis"));
  assert.deepEqual(range("yaxis2"), range("yaxis"));
  // As many px for 1 along as for 1 upwards, and every point inside.
  assert.ok(Math.abs(range("yaxis")[1]! / range("xaxis")[1]! - PANEL_ASPECT) < 1e-12);
  const most = (axis: "x" | "y") => Math.max(...shown.flatMap((t) => t[axis].map(Math.abs)));
  assert.ok(range("xaxis")[1]! > most("x") && range("yaxis")[1]! > most("y"));
});

Deno.test("embeddingMaps() says in words how far pictures and captions lie apart", () => {
  const at = (x: number, y: number) => Array.from({ length: 150 }, (): [number, number] => [x, y]);
  const map = { ...embedding("A0", 0), images: at(0.3, 0), texts: at(0, 0.4) };
  const { meta } = embeddingMaps([{ ...run("A0", 0), embedding: map }], "x")!.layout;
  assert.deepEqual(meta, {
    description:
      "A0: the centres of pictures and captions lie 0.50 apart on axes that hold 75 % of " +
      "the variance.",
  });
});
