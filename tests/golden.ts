/** Reference values of `tests/golden/` (see its README) and how to compare with them. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { type RawTensor, readSafetensors } from "unidiff/weights/safetensors.ts";

/** One reference case; what a case does not have is empty. Tensors are in published layout. */
export interface Golden<Config, Json> {
  config: Config;
  json: Json;
  weights: Map<string, RawTensor>;
  io: Map<string, RawTensor>;
}

/** Reads case `name`: config.json, io.json (or `name`.json), weights and io.safetensors. */
export async function loadCase<Config = Record<string, unknown>, Json = Record<string, unknown>>(
  name: string,
): Promise<Golden<Config, Json>> {
  const folder = new URL(`./golden/${name}/`, import.meta.url);
  const files = new Set([...Deno.readDirSync(folder)].map((entry) => entry.name));
  const json = (file: string) =>
    files.has(file) ? JSON.parse(Deno.readTextFileSync(new URL(file, folder))) : {};
  const tensors = async (file: string) =>
    files.has(file) ? await readSafetensors(fileURLToPath(new URL(file, folder))) : new Map();
  return {
    config: json("config.json"),
    json: json(files.has("io.json") ? "io.json" : `${name}.json`),
    weights: await tensors("weights.safetensors"),
    io: await tensors("io.safetensors"),
  };
}

/** A tensor of a case by name; throws where there is none. */
export function tensorOf(tensors: Map<string, RawTensor>, name: string): RawTensor {
  const tensor = tensors.get(name);
  if (!tensor) throw new Error(`no tensor "${name}", found ${[...tensors.keys()].join(", ")}`);
  return tensor;
}

/** Asserts equality within `tolerance` times the largest absolute value expected. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what = "value",
): void {
  assert.equal(actual.length, expected.length, `${what}: length`);
  let largest = 0, worst = 0, where = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs((actual[i] as number) - (expected[i] as number));
    largest = Math.max(largest, Math.abs(expected[i] as number));
    if (!(difference <= worst)) [worst, where] = [difference, i]; // NaN counts as worst
    if (Number.isNaN(difference)) break;
  }
  assert.ok(
    worst <= tolerance * largest,
    `${what}[${where}]: found ${actual[where]}, expected ${expected[where]}; off by ${worst}, ` +
      `allowed ${tolerance} × ${largest}`,
  );
}
