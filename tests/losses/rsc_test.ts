import assert from "node:assert/strict";
import { tf } from "unidiff/runtime/tf.ts";
import { valueAndGrads } from "unidiff/model/nn/backward.ts";
import { rscLoss } from "unidiff/losses/rsc.ts";
import { onBackends } from "../backends.ts";
import { assertClose } from "../golden.ts";
import { assertCase } from "../parity.ts";

onBackends("rscLoss equals the reference in value and gradient", () => assertCase("rsc_a"));

onBackends("rscLoss gives the teacher no gradient", () => {
  tf.tidy(() => {
    const clip = tf.randomNormal([5, 4], 0, 1, "float32", 7) as tf.Tensor2D;
    const diffusion = tf.randomNormal([5, 6], 0, 1, "float32", 8) as tf.Tensor2D;
    const largest = (direction: "c2d" | "d2c") =>
      valueAndGrads(
        () => rscLoss(clip, diffusion, { temperature: 0.1, direction }),
        [clip, diffusion],
      ).grads.map((g) => g && tf.max(tf.abs(g)).dataSync()[0] as number);
    const [c2dClip, c2dDiffusion] = largest("c2d");
    assert.equal(c2dClip, undefined, "none, not one of zeros");
    assert.ok(c2dDiffusion! > 1e-3);
    const [d2cClip, d2cDiffusion] = largest("d2c");
    assert.ok(d2cClip! > 1e-3);
    assert.equal(d2cDiffusion, undefined);
  });
});

onBackends(
  "rscLoss with centre does not see what all pictures have in common, without it does",
  () => {
    tf.tidy(() => {
      const clip = tf.randomNormal([5, 4], 0, 1, "float32", 7) as tf.Tensor2D;
      const diffusion = tf.randomNormal([5, 6], 0, 1, "float32", 8) as tf.Tensor2D;
      const loss = (offset: number, centre: boolean) => {
        const o = { temperature: 0.1, direction: "both", centre } as const;
        return rscLoss(tf.add(clip, offset), tf.add(diffusion, -offset), o).dataSync()[0] as number;
      };
      assertClose([loss(2, true)], [loss(0, true)], 1e-4);
      assert.ok(Math.abs(loss(2, false) - loss(0, false)) > 0.05);
      assert.ok(Math.abs(loss(0, true) - loss(0, false)) > 0.01);
    });
  },
);

onBackends(
  "rscLoss with teachers of its own: they alone are looked up to, in either direction",
  () => {
    tf.tidy(() => {
      const [clip, diffusion, before, above] = [4, 6, 4, 6].map((width, i) =>
        tf.randomNormal([5, width], 0, 1, "float32", 7 + i) as tf.Tensor2D
      ) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
      const teachers = { clip: before, diffusion: above };
      const value = (t: tf.Tensor) => t.dataSync()[0] as number;
      const of = (direction: "c2d" | "d2c" | "both") => ({ temperature: 0.1, direction } as const);
      // c→d: what the start's CLIP says, whatever the tuned one says.
      const c2d = value(rscLoss(clip, diffusion, of("c2d"), teachers));
      assertClose([c2d], [value(rscLoss(before, diffusion, of("c2d")))], 1e-6);
      const d2c = value(rscLoss(clip, diffusion, of("d2c"), teachers));
      assertClose([d2c], [value(rscLoss(clip, above, of("d2c")))], 1e-6);
      assertClose([value(rscLoss(clip, diffusion, of("both"), teachers))], [(c2d + d2c) / 2], 1e-6);
      const { grads } = valueAndGrads(
        () => rscLoss(clip, diffusion, of("both"), teachers),
        [clip, diffusion, before, above],
      );
      assert.deepEqual(grads.map((g) => g !== undefined), [true, true, false, false]);
    });
  },
);
