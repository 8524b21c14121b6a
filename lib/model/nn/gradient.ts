import { tf } from "../../runtime/mod.ts";

/**
 * An operation with a gradient written by hand.
 *
 * `forward` gives the value and the tensors that `backward` will need; `backward` gives one gradient
 * for each input. A typed front of `tf.customGrad`.
 */
export function withGradient<S extends readonly tf.Tensor[]>(
  inputs: readonly tf.Tensor[],
  forward: () => { value: tf.Tensor; saved: S },
  backward: (dy: tf.Tensor, saved: S) => tf.Tensor[],
): tf.Tensor {
  const op = tf.customGrad((...all) => {
    const save = all.at(-1) as unknown as (tensors: tf.Tensor[]) => void;
    const { value, saved } = forward();
    save([...saved]);
    const gradFunc = (dy: tf.Tensor, kept: tf.Tensor[]) => backward(dy, kept as unknown as S);
    return { value, gradFunc };
  });
  return op(...inputs);
}
