import assert from "node:assert/strict";
import { valueAndGrads } from "unidiff/model/nn/backward.ts";
import { tf } from "unidiff/runtime/tf.ts";
import {
  cosineAlignment,
  crossModalKl,
  gramMatching,
  instanceContrast,
  needsProjection,
  rscForms,
} from "unidiff/losses/rsc.ts";
import { itcLoss } from "unidiff/losses/itc.ts";
import type { Direction } from "unidiff/losses/reciprocal.ts";
import { checkDirection, rscReachesUp } from "unidiff/train/consistency.ts";
import { presets } from "unidiff/study/presets.ts";
import { stream } from "unidiff/runtime/random.ts";
import { onBackends } from "../backends.ts";
import { assertClose } from "../golden.ts";

const draw = (name: string, rows: number, columns: number) =>
  tf.tensor2d(stream(5, name).normals(rows * columns), [rows, columns]);

const value = (x: tf.Tensor) => x.dataSync();

onBackends("cosineAlignment is 0 for parallel, 1 for right-angled, 2 for opposite features", () => {
  tf.tidy(() => {
    const v = tf.tensor2d([[3, 0], [0, 2]]);
    for (
      const [other, loss] of [[[[1, 0], [0, 5]], 0], [[[0, 1], [1, 0]], 1], [[[-1, 0], [0, -1]], 2]]
    ) {
      for (const direction of ["c2d", "d2c", "both"] as const) {
        const [found] = value(cosineAlignment(v, tf.tensor2d(other as number[][]), { direction }));
        assert.ok(Math.abs(found! - (loss as number)) < 1e-5);
      }
    }
  });
});

onBackends("gramMatching is 0 for a rotated copy and by hand for two pictures", () => {
  tf.tidy(() => {
    const v = draw("v", 4, 3), rotation = tf.tensor2d([[0, 1, 0], [-1, 0, 0], [0, 0, 1]]);
    const o = { direction: "both" as const };
    assert.ok(value(gramMatching(v, tf.matMul(v, rotation), o))[0]! < 1e-10);
    // cosines 0 against 1 in the two off-diagonal places of four
    const one = tf.tensor2d([[1, 0], [0, 1]]), other = tf.tensor2d([[1, 0, 0], [2, 0, 0]]);
    assertClose(value(gramMatching(one, other, o)), [0.5], 1e-5);
  });
});

onBackends("crossModalKl is 0 where both models match alike and by hand for two pictures", () => {
  tf.tidy(() => {
    const o = { temperature: 0.5, direction: "c2d" as const };
    const image = tf.tensor2d([[1, 0], [0, 1]]), text = image;
    assert.ok(Math.abs(value(crossModalKl(image, tf.mul(image, 7), text, o))[0]!) < 1e-6);
    // The student's scores are all alike, hence uniform: KL(p ‖ ½) = log 2 − H(p), p = σ(±2).
    const flat = tf.tensor2d([[1, 1], [1, 1]]);
    const p = 1 / (1 + Math.exp(-2)), entropy = -p * Math.log(p) - (1 - p) * Math.log(1 - p);
    assertClose(value(crossModalKl(image, flat, text, o)), [Math.log(2) - entropy], 1e-5);
  });
});

onBackends("instanceContrast is ITC's formula at temperature τ", () => {
  tf.tidy(() => {
    const v = draw("v", 5, 4),
      w = draw("w", 5, 4),
      o = { temperature: 0.2, direction: "both" as const };
    const unit = (x: tf.Tensor) => tf.div(x, tf.norm(x, 2, 1, true)) as tf.Tensor2D;
    const expected = itcLoss(unit(v), unit(w), tf.scalar(Math.log(5)));
    assertClose(value(instanceContrast(v, w, o)), value(expected), 1e-5);
  });
});

onBackends(
  "no form gives its teacher a gradient, and every student's is that of differences",
  () => {
    tf.tidy(() => {
      const image = draw("i", 4, 3), other = draw("o", 4, 3), text = draw("t", 4, 3);
      type Loss = (a: tf.Tensor2D, b: tf.Tensor2D, direction: Direction) => tf.Scalar;
      const losses: Record<string, Loss> = {
        b: (a, b, direction) => crossModalKl(a, b, text, { temperature: 0.4, direction }),
        c: (a, b, direction) => instanceContrast(a, b, { temperature: 0.4, direction }),
        d: (a, b, direction) => cosineAlignment(a, b, { direction }),
        f: (a, b, direction) => gramMatching(a, b, { direction, centre: true }),
      };
      for (const [name, loss] of Object.entries(losses)) {
        for (const [direction, student] of [["c2d", 1], ["d2c", 0]] as const) {
          const inputs = [image, other] as const;
          const { grads } = valueAndGrads(() => loss(image, other, direction), inputs);
          assert.equal(grads[1 - student], undefined, `${name} ${direction}: teacher`);
          const along = draw(`${name} ${direction}`, 4, 3);
          const at = (h: number) => {
            const moved = inputs.map((x, i) => i === student ? tf.add(x, tf.mul(along, h)) : x);
            return value(loss(moved[0] as tf.Tensor2D, moved[1] as tf.Tensor2D, direction))[0]!;
          };
          const central = (h: number) => (at(h) - at(-h)) / (2 * h), h = 1e-2;
          const slope = (4 * central(h) - central(2 * h)) / 3;
          const found = value(tf.sum(tf.mul(grads[student]!, along)))[0]!;
          assert.ok(
            Math.abs(found - slope) <= 5e-3 * Math.abs(slope) + 2e-4,
            `${name} ${direction}: gradient says ${found}, differences say ${slope}`,
          );
        }
      }
    });
  },
);

Deno.test("a form with a projection refuses to learn from the diffusion model alone", () => {
  for (const form of Object.keys(rscForms) as (keyof typeof rscForms)[]) {
    if (needsProjection(form)) {
      assert.throws(
        () => checkDirection({ form, teacher: "tuned" }, "d2c"),
        /projection .* stay random; expected .*both/,
      );
    } else checkDirection({ form, teacher: "tuned" }, "d2c");
    checkDirection({ form, teacher: "tuned" }, "both");
  }
});

Deno.test("rscReachesUp() names the part of the way up that a feature lies behind", () => {
  const { rsc } = presets.nano.train, name = "up_blocks.0.resnets.1.conv1.weight";
  assert.equal(rscReachesUp(name, rsc), false);
  assert.equal(rscReachesUp(name, { ...rsc, feature: "up" }), true);
  assert.equal(
    rscReachesUp("up_blocks.0.upsamplers.0.conv.weight", { ...rsc, feature: "up" }),
    false,
  );
  assert.equal(rscReachesUp("conv_out.bias", { ...rsc, form: "e" }), true);
});
