/** Reference values of `tests/golden/` (see its README) and how to compare with them. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { compare } from "unidiff/workshop/parity/compare.ts";
import { readReference } from "unidiff/workshop/parity/reference.ts";
import type { RawTensor } from "unidiff/weights/safetensors.ts";

export { tensorOf } from "unidiff/workshop/parity/reference.ts";

/** One reference case; what a case does not have is empty. Tensors are in published layout. */
export interface Golden<Config, Json> {
  config: Config;
  json: Json;
  weights: Map<string, RawTensor>;
  io: Map<string, RawTensor>;
}

/** The folder of case `name`. */
export function goldenFolder(name: string): string {
  return fileURLToPath(new URL(`./golden/${name}`, import.meta.url));
}

/** Reads case `name`: config.json, io.json (or `name`.json), weights and io.safetensors. */
export async function loadCase<Config = Record<string, unknown>, Json = Record<string, unknown>>(
  name: string,
): Promise<Golden<Config, Json>> {
  const { config, json, others, weights, io } = await readReference(goldenFolder(name));
  return { config: config as Config, json: (others[name] ?? json) as Json, weights, io };
}

/** Asserts equality within `tolerance` times the largest absolute value expected. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what = "value",
): void {
  const { error, passed } = compare(what, actual, expected, tolerance);
  if (passed) return;
  const where = Array.from(expected, (value, i) => Math.abs((actual[i] as number) - value))
    .reduce((most, d, i, all) => !(d <= (all[most] as number)) ? i : most, 0);
  assert.fail(
    `${what}[${where}]: found ${actual[where]}, expected ${expected[where]}; off by ${error} of ` +
      `the largest value, allowed ${tolerance}`,
  );
}
