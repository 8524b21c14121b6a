import assert from "node:assert/strict";
import { colouringAttribute, embeddingMap } from "unidiff/eval/embedding_map.ts";
import { normaliseRows, principalAxes } from "unidiff/eval/linalg.ts";
import { stream } from "unidiff/runtime/random.ts";

Deno.test("principalAxes() finds the axes of points on a cross", () => {
  const x = Float64Array.of(3, 0, -3, 0, 0, 1, 0, -1);
  const { axes, variances, total } = principalAxes(x, 2, 2);
  [1, 0, 0, 1].forEach((value, i) => assert.ok(Math.abs(axes[i]! - value) < 1e-12));
  [6, 2 / 3].forEach((value, i) => assert.ok(Math.abs(variances[i]! - value) < 1e-12));
  assert.ok(Math.abs(total - 20 / 3) < 1e-12);
  assert.throws(() => principalAxes(x, 2, 3), /3 axes, expected at most the width 2/);
});

Deno.test("embeddingMap() keeps all distances of points in a plane, and their length out", () => {
  const images = stream(0, "images").normals(7 * 2), texts = stream(0, "texts").normals(5 * 2);
  const map = embeddingMap(images.map((value) => 3 * value), texts, 2);
  assert.equal(map.images.length, 7);
  assert.equal(map.texts.length, 5);
  const unit = [...normaliseRows(images, 2), ...normaliseRows(texts, 2)];
  const points = [...map.images, ...map.texts];
  for (let i = 0; i < 12; i++) {
    for (let j = 0; j < i; j++) {
      const far = Math.hypot(unit[2 * i]! - unit[2 * j]!, unit[2 * i + 1]! - unit[2 * j + 1]!);
      const near = Math.hypot(
        points[i]![0] - points[j]![0],
        points[i]![1] - points[j]![1],
      );
      assert.ok(Math.abs(far - near) < 1e-6, `${i}, ${j}`);
    }
  }
  assert.ok(Math.abs(map.variance[0] + map.variance[1] - 1) < 1e-9);
  assert.ok(map.variance[0] >= map.variance[1]);
});

Deno.test("colouringAttribute() takes the most values that colours can tell apart", () => {
  const records = Array.from({ length: 20 }, (_, i) => ({
    name: `${i}`, // too many
    kind: `${i % 3}`,
    style: `${i % 5}`,
    colour: `${i % 6}`, // its name would contradict the point's colour
    tags: ["a", `${i % 6}`], // no one text
    maker: "one",
    source: `${i % 7}`, // not seen in a picture
  }));
  assert.equal(colouringAttribute(records), "style");
  assert.equal(colouringAttribute(records.map(({ name, tags }) => ({ name, tags }))), undefined);
  assert.equal(colouringAttribute([]), undefined);
});
