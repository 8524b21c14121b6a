import assert from "node:assert/strict";
import { embeddingMaps } from "unidiff/report/embedding_figure.ts";
import { toSvg } from "unidiff/report/plot.ts";
import type { RunRecord } from "unidiff/report/record.ts";
import { stream } from "unidiff/runtime/random.ts";
import { runRecord, type SyntheticRow } from "./synthetic_study.ts";

function run(row: SyntheticRow, seed: number): RunRecord {
  const random = stream(seed, "map", row);
  const points = (x: number) =>
    Array.from(
      { length: 150 },
      (): [number, number] => [x + 0.2 * random.normal(), random.normal()],
    );
  return {
    ...runRecord(row, seed),
    embedding: {
      schema: 1,
      ids: Array.from({ length: 150 }, (_, i) => `${i}.png`),
      attribute: {
        name: "colour",
        values: Array.from({ length: 150 }, (_, i) => ["red", "green", "blue"][i % 3]!),
      },
      variance: [0.5, 0.25],
      images: points(-1),
      texts: points(1),
    },
  };
}

Deno.test("embeddingMaps() has a panel for each mapped row's first seed", async () => {
  const runs = [run("A0", 0), run("A0", 1), run("A2", 0), run("A6", 0)];
  const figure = embeddingMaps(runs, "Embeddings on shop")!;
  // Two panels (A2 is not mapped) of three colours, pictures and captions.
  assert.equal(figure.data.length, 2 * 3 * 2);
  const points = figure.data.reduce((sum, { x }) => sum + (x as number[]).length, 0);
  assert.equal(points, 2 * 2 * 75); // every second of 150
  const svg = await toSvg(figure);
  assert.equal(svg.match(/<path class="point"/g)?.length, points);
  assert.equal(embeddingMaps([{ ...run("A0", 0), embedding: undefined }], "none"), undefined);
});
