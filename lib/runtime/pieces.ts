/** Many rows through a function of tensors, some at a time. */
import { tf } from "./tf.ts";

/** Runs `f` over rows of `input` in pieces of at most `most` and joins the results, [n, outputSize]. */
export async function inPieces<T extends Float32Array | Int32Array>(
  input: T,
  inputSize: number,
  outputSize: number,
  most: number,
  f: (part: T, n: number) => tf.Tensor,
): Promise<Float32Array> {
  const n = input.length / inputSize;
  if (!Number.isInteger(n)) {
    throw new Error(`expected rows of ${inputSize} values, found ${input.length} values in all`);
  }
  const output = new Float32Array(n * outputSize);
  for (let at = 0; at < n; at += most) {
    const count = Math.min(most, n - at);
    const part = input.subarray(at * inputSize, (at + count) * inputSize) as T;
    const result = tf.tidy(() => f(part, count));
    output.set(await result.data<"float32">(), at * outputSize);
    result.dispose();
  }
  return output;
}
