import { crossEntropy } from "unidiff/losses/cross_entropy.ts";
import { tf } from "unidiff/runtime/tf.ts";
import { onBackends } from "../backends.ts";
import { assertClose } from "../golden.ts";

onBackends("crossEntropy is the mean over rows, a row without a target adding none", () => {
  tf.tidy(() => {
    const logits = tf.tensor2d([[0, 0], [Math.log(3), 0], [5, 1]]);
    const targets = tf.tensor2d([[1, 0], [0.5, 0.5], [0, 0]]);
    // −log ½; −½·(log ¾ + log ¼); nothing.
    const expected = (Math.log(2) - 0.5 * Math.log(3 / 16)) / 3;
    assertClose(crossEntropy(logits, targets).dataSync(), [expected], 1e-6, "cross entropy");
  });
});
