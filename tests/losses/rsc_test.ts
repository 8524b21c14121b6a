import assert from "node:assert/strict";
import { tf } from "unidiff/runtime/tf.ts";
import { rscLoss } from "unidiff/losses/rsc.ts";
import { onBackends } from "../backends.ts";
import { assertCase } from "../parity.ts";

onBackends("rscLoss equals the reference in value and gradient", () => assertCase("rsc_a"));

onBackends("rscLoss gives the teacher no gradient", () => {
  tf.tidy(() => {
    const clip = tf.randomNormal([5, 4], 0, 1, "float32", 7) as tf.Tensor2D;
    const diffusion = tf.randomNormal([5, 6], 0, 1, "float32", 8) as tf.Tensor2D;
    const largest = (direction: "c2d" | "d2c") =>
      (tf.grads((c, d) =>
        rscLoss(c as tf.Tensor2D, d as tf.Tensor2D, { temperature: 0.1, direction })
      )([clip, diffusion])).map((g) => tf.max(tf.abs(g)).dataSync()[0] as number);
    const [c2dClip, c2dDiffusion] = largest("c2d") as [number, number];
    assert.equal(c2dClip, 0);
    assert.ok(c2dDiffusion > 1e-3);
    const [d2cClip, d2cDiffusion] = largest("d2c") as [number, number];
    assert.ok(d2cClip > 1e-3);
    assert.equal(d2cDiffusion, 0);
  });
});
