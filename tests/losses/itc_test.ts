import assert from "node:assert/strict";
import { tf } from "unidiff/runtime/tf.ts";
import { isLoss } from "unidiff/losses/is.ts";
import { itcLoss, sharedTargets } from "unidiff/losses/itc.ts";
import { totalLoss } from "unidiff/losses/total.ts";
import { onBackends } from "../backends.ts";
import { assertClose } from "../golden.ts";

onBackends("itcLoss of two perfect pairs is log(1 + e^(−s·2)) by hand", () => {
  tf.tidy(() => {
    const v = tf.tensor2d([[1, 0], [-1, 0]]), scale = tf.scalar(Math.log(3));
    assertClose(itcLoss(v, v, scale).dataSync(), [Math.log(1 + Math.exp(-6))], 1e-4);
  });
});

onBackends("itcLoss of embeddings that are all alike is log n", () => {
  tf.tidy(() => {
    const v = tf.tile(tf.tensor2d([[0.6, 0.8]]), [5, 1]) as tf.Tensor2D;
    assertClose(itcLoss(v, v, tf.scalar(2)).dataSync(), [Math.log(5)], 1e-5);
  });
});

Deno.test("sharedTargets shares the mass among equal captions", () => {
  assert.deepEqual([...sharedTargets(["a", "b", "a"])], [0.5, 0, 0.5, 0, 1, 0, 0.5, 0, 0.5]);
});

onBackends("isLoss is the mean square and totalLoss the weighted sum of what is present", () => {
  tf.tidy(() => {
    const zero = tf.zeros([1, 1, 1, 4]) as tf.Tensor4D;
    const is = isLoss(zero, tf.tensor4d([1, 2, 3, 4], [1, 1, 1, 4]));
    assertClose(is.dataSync(), [7.5], 1e-6);
    const two = tf.zeros([2, 1, 1, 1]) as tf.Tensor4D, far = tf.tensor4d([1, 3], [2, 1, 1, 1]);
    assertClose(isLoss(two, far, [1, 0.5]).dataSync(), [(1 + 4.5) / 2], 1e-6);
    const weights = { itc: 2, is: 0.5, rsc: 3, direction: "both" as const };
    assertClose(totalLoss({ itc: tf.scalar(1), is }, weights).dataSync(), [2 + 3.75], 1e-6);
    const all = totalLoss({ itc: tf.scalar(1), is, rsc: tf.scalar(0.5) }, weights);
    assertClose(all.dataSync(), [2 + 3.75 + 1.5], 1e-6);
    assert.throws(() => totalLoss({}, weights), /at least one loss term/);
  });
});
