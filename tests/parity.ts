/** Comparing networks with reference values: outputs to 2e-5, gradients to 1e-4 of the largest. */
import assert from "node:assert/strict";
import { tf } from "unidiff/runtime/tf.ts";
import type { Params } from "unidiff/nn/params.ts";
import { toPublished } from "unidiff/weights/layout.ts";
import { nchwToNhwc, nhwcToNchw } from "unidiff/weights/layout.ts";
import type { RawTensor } from "unidiff/weights/safetensors.ts";
import { assertClose, tensorOf } from "./golden.ts";

/** A reference picture or feature map [n, c, h, w] as a tensor [n, h, w, c]. */
export function picture(io: Map<string, RawTensor>, name: string): tf.Tensor4D {
  const raw = tensorOf(io, name);
  const { shape, data } = nchwToNhwc(raw.data as Float32Array, raw.shape);
  return tf.tensor(data, shape) as unknown as tf.Tensor4D;
}

/** Any other reference tensor. */
export function plain(io: Map<string, RawTensor>, name: string): tf.Tensor {
  const raw = tensorOf(io, name);
  return tf.tensor(raw.data as Float32Array, raw.shape);
}

/** Asserts that an output equals the reference; feature maps are given as [n, h, w, c]. */
export function assertOutput(
  io: Map<string, RawTensor>,
  name: string,
  actual: tf.Tensor,
  tolerance = 2e-5,
): void {
  const values = actual.dataSync() as Float32Array;
  const expected = tensorOf(io, name);
  const found = expected.shape.length === 4 ? nhwcToNchw(values, actual.shape).data : values;
  assertClose(found, expected.data, tolerance, name);
}

/** The parameters as variables, the gradients of `loss` by name, and how to dispose of both. */
export function gradientsOf(params: Params, loss: (p: Params) => tf.Scalar): {
  value: tf.Scalar;
  grads: Record<string, tf.Tensor>;
} {
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
 * Asserts every parameter's gradient against `grad.<name>` of the reference.
 *
 * A key's bias has no effect on a softmax, so its gradient is rounding noise about zero on both
 * sides: a tensor below a millionth of the largest gradient must be as small here.
 */
export function assertGradients(
  io: Map<string, RawTensor>,
  grads: Record<string, tf.Tensor>,
  tolerance = 1e-4,
): void {
  const largest = (data: ArrayLike<number>) =>
    Array.from(data).reduce((m, x) => Math.max(m, Math.abs(x)), 0);
  const names = Object.keys(grads);
  const whole = Math.max(...names.map((name) => largest(tensorOf(io, `grad.${name}`).data)));
  for (const name of names) {
    const grad = grads[name] as tf.Tensor, expected = tensorOf(io, `grad.${name}`).data;
    const { data } = toPublished(name, grad.shape, grad.dataSync() as Float32Array);
    if (largest(expected) < 1e-6 * whole) {
      assert.ok(largest(data) < 1e-6 * whole, `grad.${name}: not zero`);
    } else assertClose(data, expected, tolerance, `grad.${name}`);
  }
}
