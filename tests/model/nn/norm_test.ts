/** Norms keep their digits where the mean is far from zero: against the formula in double precision. */
import assert from "node:assert/strict";
import { valueAndGrads } from "unidiff/model/nn/backward.ts";
import { groupNorm, layerNorm } from "unidiff/model/nn/norm.ts";
import { stream } from "unidiff/runtime/random.ts";
import { tf } from "unidiff/runtime/tf.ts";
import { onBackends } from "../../backends.ts";

/** Normalised values of sets of places, and the gradient of Σ value·dy; γ = 1, β = 0. */
function inDoubles(x: Float32Array, dy: Float32Array, sets: number[][], eps: number) {
  const value = new Float64Array(x.length), grad = new Float64Array(x.length);
  for (const places of sets) {
    const mean = (f: (i: number) => number) =>
      places.reduce((sum, i) => sum + f(i), 0) / places.length;
    const centre = mean((i) => x[i]!), spread = Math.sqrt(mean((i) => (x[i]! - centre) ** 2) + eps);
    for (const i of places) value[i] = (x[i]! - centre) / spread;
    const dyMean = mean((i) => dy[i]!), along = mean((i) => dy[i]! * value[i]!);
    for (const i of places) grad[i] = (dy[i]! - dyMean - value[i]! * along) / spread;
  }
  return { value, grad };
}

const worst = (found: ArrayLike<number>, expected: ArrayLike<number>) =>
  Array.from(expected).reduce((m, x, i) => Math.max(m, Math.abs(x - (found[i] as number))), 0);

onBackends(
  "norms lose no more digits at a mean of 10, 100 or 1000 than the numbers themselves",
  () => {
    const [n, side, channels, groups, eps] = [2, 4, 8, 2, 1e-5], area = side * side;
    const size = n * area * channels, ones = tf.ones([channels]), zeros = tf.zeros([channels]);
    const p = { "n.weight": ones, "n.bias": zeros };
    const at = (picture: number, place: number, channel: number) =>
      (picture * area + place) * channels + channel;
    const each = (count: number) => Array.from({ length: count }, (_, i) => i);
    const ofGroups = each(n).flatMap((picture) =>
      each(groups).map((group) =>
        each(area).flatMap((place) =>
          each(channels / groups).map((c) => at(picture, place, group * channels / groups + c))
        )
      )
    );
    const ofRows = each(n * area).map((row) => each(channels).map((c) => row * channels + c));
    for (const mean of [0, 10, 100, 1000]) {
      const x = Float32Array.from(stream(1, "norm", mean).normals(size), (v) => v + mean);
      const dy = stream(2, "norm").normals(size);
      // Half a unit in the last place of a number of this size, a few times over.
      const allowed = 4e-7 * Math.max(3, mean);
      for (const [name, sets] of [["group", ofGroups], ["layer", ofRows]] as const) {
        const expected = inDoubles(x, dy, sets, eps);
        tf.tidy(() => {
          const input = tf.tensor4d(x, [n, side, side, channels]);
          const f = () =>
            name === "group" ? groupNorm(p, "n", input, groups, eps) : layerNorm(p, "n", input);
          const { value, grads } = valueAndGrads(f, [input], tf.tensor4d(dy, input.shape));
          const off = worst(value.dataSync(), expected.value);
          const offGrad = worst((grads[0] as tf.Tensor).dataSync(), expected.grad);
          assert.ok(off <= allowed, `${name} norm at ${mean}: ${off}, expected at most ${allowed}`);
          assert.ok(offGrad <= allowed, `its gradient at ${mean}: ${offGrad}, at most ${allowed}`);
        });
      }
    }
    tf.dispose([ones, zeros]);
  },
);
