/** Comparing with reference values in tests, by the comparisons of `deno task parity`. */
import assert from "node:assert/strict";
import { tf } from "unidiff/runtime/tf.ts";
import { checkCase } from "unidiff/workshop/parity/check.ts";
import { type Comparison, singlePrecision } from "unidiff/workshop/parity/compare.ts";
import { compareGradients } from "unidiff/workshop/parity/gradients.ts";
import { caseText } from "unidiff/workshop/parity/report.ts";
import * as tensors from "unidiff/workshop/parity/tensors.ts";
import type { RawTensor } from "unidiff/weights/safetensors.ts";
import { goldenFolder, tensorOf } from "./golden.ts";

export { gradientsOf } from "unidiff/workshop/parity/gradients.ts";

/** Asserts that a case of `tests/golden/` passes as in `deno task parity`. */
export async function assertCase(name: string): Promise<void> {
  const result = await checkCase(goldenFolder(name), singlePrecision);
  assert.ok(result.passed, caseText(result));
}

/** A reference picture or feature map [n, c, h, w] as a tensor [n, h, w, c]. */
export function picture(io: Map<string, RawTensor>, name: string): tf.Tensor4D {
  return tensors.picture(tensorOf(io, name));
}

/** Any other reference tensor. */
export function plain(io: Map<string, RawTensor>, name: string): tf.Tensor {
  return tensors.plain(tensorOf(io, name));
}

/** Asserts that an output equals the reference; feature maps are given as [n, h, w, c]. */
export function assertOutput(
  io: Map<string, RawTensor>,
  name: string,
  actual: tf.Tensor,
  tolerance = 2e-5,
): void {
  assertPassed([tensors.compareOutput(io, name, actual, tolerance)]);
}

/** Asserts every parameter's gradient against `grad.<name>` of the reference. */
export function assertGradients(
  io: Map<string, RawTensor>,
  grads: Record<string, tf.Tensor>,
  tolerance = 1e-4,
): void {
  assertPassed(compareGradients(io, grads, tolerance));
}

function assertPassed(comparisons: readonly Comparison[]): void {
  for (const { tensor, error, tolerance, passed } of comparisons) {
    assert.ok(passed, `${tensor}: off by ${error} of the largest value, allowed ${tolerance}`);
  }
}
