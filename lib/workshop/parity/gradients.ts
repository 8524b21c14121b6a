import { tf } from "../../runtime/mod.ts";
import type { Params } from "../../model/mod.ts";
import { toPublished } from "../../weights/mod.ts";
import { compare, type Comparison, largest } from "./compare.ts";
import { shaped, type Tensors } from "./reference.ts";

/** What an error of a gradient that is truly zero says. */
export const ZERO_GRADIENT =
  "the true gradient is zero and both sides hold rounding noise; its size is compared with the " +
  "largest gradient of all";

/** The value of `loss` and its gradient for every parameter, by name. */
export function gradientsOf(
  params: Params,
  loss: (p: Params) => tf.Scalar,
): { value: tf.Scalar; grads: Record<string, tf.Tensor> } {
  const names = Object.keys(params);
  const variables = names.map((name) => tf.variable(params[name] as tf.Tensor));
  const record = Object.fromEntries(names.map((name, i) => [name, variables[i] as tf.Tensor]));
  const { value, grads } = tf.variableGrads(() => loss(record), variables);
  const named = Object.fromEntries(
    names.map((name, i) => [name, grads[(variables[i] as tf.Variable).name] as tf.Tensor]),
  );
  variables.forEach((v) => v.dispose());
  return { value, grads: named };
}

/**
 * Compares every parameter's gradient with `grad.<name>` of the reference.
 *
 * A key's bias has no effect on a softmax, nor a convolution's on a normalisation of single channels:
 * such a gradient is zero, and rounding noise in practice, on both sides. So a tensor below a
 * millionth of the largest gradient of all must be as small here; nothing more can be said of it.
 */
export function compareGradients(
  io: Tensors,
  grads: Record<string, tf.Tensor>,
  tolerance: number,
): Comparison[] {
  const pairs = Object.entries(grads).map(([name, grad]) => {
    const { shape, data } = toPublished(name, grad.shape, grad.dataSync() as Float32Array);
    return { name: `grad.${name}`, data, expected: shaped(io, `grad.${name}`, shape).data };
  });
  const whole = pairs.reduce((most, { expected }) => Math.max(most, largest(expected)), 0);
  return pairs.map(({ name, data, expected }) => {
    if (largest(expected) >= 1e-6 * whole) return compare(name, data, expected, tolerance);
    const compared = compare(name, data, new Float32Array(data.length), tolerance / 100, whole);
    return { ...compared, note: ZERO_GRADIENT };
  });
}
