/** The plain controls: pulls towards the start. */
import assert from "node:assert/strict";
import { tf } from "unidiff/runtime/tf.ts";
import { valueAndGrads } from "unidiff/model/nn/backward.ts";
import { featuresAnchor, relationsAnchor, weightsAnchor } from "unidiff/losses/anchor.ts";
import { totalLoss } from "unidiff/losses/total.ts";
import { onBackends } from "../backends.ts";
import { assertClose } from "../golden.ts";

const value = (t: tf.Tensor) => t.dataSync()[0] as number;

onBackends("weightsAnchor is half the squared distance, and pulls by the distance", () => {
  tf.tidy(() => {
    const [w, v] = [tf.tensor2d([[1, 2], [3, 4]]), tf.tensor1d([5])];
    const start = [tf.tensor2d([[1, 0], [3, 1]]), tf.tensor1d([6])];
    const { value: loss, grads } = valueAndGrads(() => weightsAnchor([w, v], start), [w, v]);
    assertClose([value(loss)], [(4 + 9 + 1) / 2], 1e-6);
    assertClose(grads[0]!.dataSync(), [0, 2, 0, 3], 1e-6);
    assertClose(grads[1]!.dataSync(), [-1], 1e-6);
    assert.throws(() => weightsAnchor([w], []), /1 and 0 tensors, expected as many/);
  });
});

onBackends(
  "features and relations at the start cost nothing; others do, and the start has no gradient",
  () => {
    tf.tidy(() => {
      const start = tf.randomNormal([6, 4], 0, 1, "float32", 3) as tf.Tensor2D;
      const tuned = tf.randomNormal([6, 4], 0, 1, "float32", 4) as tf.Tensor2D;
      const relations = (x: tf.Tensor2D) => relationsAnchor(x, start, { temperature: 0.1 });
      const features = (x: tf.Tensor2D) => featuresAnchor(x, start);
      for (const anchor of [relations, features]) {
        // Any length of row is the same direction.
        assert.ok(Math.abs(value(anchor(tf.mul(start, 3)))) < 1e-5);
        assert.ok(value(anchor(tuned)) > 0.1);
        const { grads } = valueAndGrads(() => anchor(tuned), [tuned, start]);
        assert.ok(grads[0] !== undefined && grads[1] === undefined);
      }
      // Turned together nothing changes between pictures, all changes to the start.
      const turned = tf.concat(
        [start.slice([0, 1]), start.slice([0, 0], [6, 1])],
        1,
      ) as tf.Tensor2D;
      assert.ok(Math.abs(value(relations(turned))) < 1e-4);
      assert.ok(value(features(turned)) > 0.1);
    });
  },
);

Deno.test("totalLoss() weighs an anchor as its row says", () => {
  tf.tidy(() => {
    const weights = { itc: 1, is: 2, rsc: 0, direction: "both" } as const;
    const terms = { itc: tf.scalar(1), is: tf.scalar(1), anchor: tf.scalar(10) };
    const anchor = { to: "weights", weight: 0.5 } as const;
    assertClose([value(totalLoss(terms, { ...weights, anchor }))], [8], 1e-6);
  });
});
