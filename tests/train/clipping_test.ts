import { stream } from "unidiff/runtime/random.ts";
import { tf } from "unidiff/runtime/tf.ts";
import { sumOfSquares } from "unidiff/train/clipping.ts";
import { onBackends } from "../backends.ts";
import { assertClose } from "../golden.ts";

onBackends("sumOfSquares adds millions of numbers as exactly as a few", () => {
  for (const size of [1, 5, 1024, 3000, 3_000_001]) {
    const values = stream(0, "squares", size).uniforms(size);
    let exact = 0;
    for (const value of values) exact += value * value;
    const x = tf.tensor1d(values), sum = sumOfSquares(x);
    assertClose(sum.dataSync(), [exact], 1e-6, `of ${size}`);
    tf.dispose([x, sum]);
  }
});
