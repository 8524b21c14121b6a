/** The gap between a known and an unknown part, beside what chance makes of the same pictures. */
import assert from "node:assert/strict";
import { stream } from "unidiff/runtime/random.ts";
import { type EmbeddedPart, gapFigures } from "unidiff/workshop/pretrain/gap.ts";

const DIM = 8;

/** `products` of two pictures each; captions lie at their pictures by `known`, in [0, 1]. */
function part(name: string, products: number, known: number): EmbeddedPart {
  const n = 2 * products, draws = stream(1, name);
  const images = draws.normals(n * DIM), noise = draws.normals(n * DIM);
  return {
    images,
    texts: images.map((x, i) => known * x + (1 - known) * noise[i]!),
    captions: Array.from({ length: n }, (_, i) => `${name} ${i}`),
    products: Array.from({ length: n }, (_, i) => `${name} ${i >> 1}`),
  };
}

Deno.test("gapFigures(): galleries of equal size; parts that are alike differ by no more than chance", () => {
  const { training, test, pictures, folds, chance: [low, high] } = gapFigures(
    part("a", 40, 0.5),
    part("b", 15, 0.5),
    DIM,
    100,
  );
  assert.equal(pictures, 30);
  assert.ok(low < 0 && high > 0);
  assert.ok(Math.abs(folds) < high, `${folds}`);
  assert.ok(low < training - test && training - test < high, `${training - test}, ${low}, ${high}`);
});

Deno.test("gapFigures(): a part that is known has a gap that chance does not make", () => {
  const known = gapFigures(part("a", 40, 1), part("b", 15, 0.3), DIM, 100);
  assert.equal(known.training, 600);
  assert.ok(known.training - known.test > known.chance[1]);
});
