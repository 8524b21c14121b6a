import { tf } from "../runtime/tf.ts";
import { stream } from "../runtime/random.ts";
import type { Params, ParamSpec, ParamSpecs } from "../nn/params.ts";
import { fromPublished, toPublished } from "./layout.ts";
import { type RawTensor, readSafetensors, writeSafetensors } from "./safetensors.ts";

/** A fresh start of every parameter, each drawn from the stream of its own name. */
export function initialParams(specs: ParamSpecs, seed: number): Params {
  const params: Params = {};
  for (const [name, spec] of Object.entries(specs)) {
    const { shape, data } = fromPublished(name, spec.shape, startOf(name, spec, seed));
    params[name] = tf.tensor(data, shape);
  }
  return params;
}

function startOf(name: string, { shape, init }: ParamSpec, seed: number): Float32Array {
  const size = shape.reduce((a, b) => a * b, 1);
  if (init === "zeros") return new Float32Array(size);
  if (init === "ones") return new Float32Array(size).fill(1);
  if ("value" in init) return new Float32Array(size).fill(init.value);
  const draws = stream(seed, "init", name);
  return "normal" in init
    ? draws.normals(size).map((x) => x * init.normal)
    : draws.uniforms(size).map((x) => (2 * x - 1) * init.uniform);
}

/**
 * Tensors of a published file as parameters, checked against the network's specification.
 *
 * Throws an error that names every missing, additional or misshapen tensor. Integer `position_ids`
 * buffers, which older files carry, are no parameters and are passed over.
 */
export function paramsFromTensors(
  tensors: Map<string, RawTensor>,
  specs: ParamSpecs,
  source: string,
): Params {
  const wrong: string[] = [];
  for (const name of tensors.keys()) {
    if (!(name in specs) && !name.endsWith("position_ids")) wrong.push(`"${name}" is not expected`);
  }
  for (const [name, { shape }] of Object.entries(specs)) {
    const found = tensors.get(name)?.shape;
    if (found === undefined) wrong.push(`"${name}" is missing`);
    else if (found.join() !== shape.join()) {
      wrong.push(`"${name}" has shape [${found}], expected [${shape}]`);
    }
  }
  if (wrong.length > 0) {
    const shown = wrong.slice(0, 8).join("; ") + (wrong.length > 8 ? "; …" : "");
    throw new Error(
      `${source} does not fit this configuration, ${wrong.length} tensors differ: ${shown}`,
    );
  }
  const params: Params = {};
  for (const name of Object.keys(specs)) {
    const raw = tensors.get(name) as RawTensor;
    const { shape, data } = fromPublished(name, raw.shape, raw.data as Float32Array);
    params[name] = tf.tensor(data, shape, "float32");
  }
  return params;
}

/** Parameters of a safetensors file in published layout; see {@link paramsFromTensors}. */
export async function loadParams(path: string, specs: ParamSpecs): Promise<Params> {
  return paramsFromTensors(await readSafetensors(path), specs, path);
}

/** Writes parameters to a safetensors file in published layout, names sorted. */
export async function saveParams(
  path: string,
  params: Params,
  dtype: "F32" | "F16" = "F32",
  metadata: Record<string, string> = {},
): Promise<void> {
  const entries = await Promise.all(
    Object.keys(params).sort().map(async (name) => {
      const tensor = params[name] as tf.Tensor;
      const data = await tensor.data<"float32">();
      return { name, ...toPublished(name, tensor.shape, data) };
    }),
  );
  await writeSafetensors(path, entries, { dtype, metadata: { format: "pt", ...metadata } });
}
