import assert from "node:assert/strict";
import { join } from "@std/path";
import {
  embeddingOf,
  embeddingSchema,
  neighboursOf,
  neighboursSchema,
  writeShown,
} from "unidiff/report/shown.ts";

Deno.test("neighbours.json names the records that occur, embedding.json all of its own", async () => {
  const records = ["a", "b", "c", "d"].map((id) => ({ id, caption: `a ${id}` }));
  const nearest = [{ place: 0, score: 0.12345, match: false }, { place: 3, score: 0, match: true }];
  const neighbours = neighboursOf({ i2t: [{ query: 3, nearest }], t2i: [] }, records);
  assert.deepEqual(neighbours.records.map(({ id }) => id), ["d", "a"]);
  assert.deepEqual(neighbours.i2t, [{
    query: 0,
    nearest: [{ record: 1, score: 0.123, match: false }, { record: 0, score: 0, match: true }],
  }]);
  const embedding = embeddingOf(
    { images: [[0.5, -0.00001]], texts: [[1 / 3, 1]], variance: [0.75, 0.25] },
    ["a"],
    { name: "colour", values: ["red"] },
  );
  assert.deepEqual(embedding.images, [[0.5, 0]]);
  assert.deepEqual(embedding.texts, [[0.333, 1]]);
  const folder = await Deno.makeTempDir();
  try {
    await writeShown(folder, neighbours, embedding);
    const read = async (name: string) =>
      JSON.parse(await Deno.readTextFile(join(folder, `${name}.json`)));
    assert.deepEqual(neighboursSchema.parse(await read("neighbours")), neighbours);
    assert.deepEqual(embeddingSchema.parse(await read("embedding")), embedding);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
