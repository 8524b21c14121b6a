import { collectGarbage, stream, tf } from "../runtime/mod.ts";
import type { Params, ParamSpec, ParamSpecs } from "../model/mod.ts";
import {
  fromPublished,
  innerShape,
  placePublished,
  publishedShape,
  toPublished,
} from "./layout.ts";
import { firstNotFinite } from "./finite.ts";
import { type RawTensor, writeSafetensors } from "./safetensors.ts";
import { TensorSource } from "./source.ts";
import { oneFile } from "./tensor_files.ts";

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
  const shapes = [...tensors].filter(([name]) => !name.endsWith("position_ids"));
  checkFit(new Map(shapes.map(([name, { shape }]) => [name, shape])), specs, source);
  const params: Params = {};
  for (const name of Object.keys(specs)) {
    const raw = tensors.get(name) as RawTensor;
    const { shape, data } = fromPublished(name, raw.shape, raw.data as Float32Array);
    params[name] = tf.tensor(data, shape, "float32");
  }
  return params;
}

/** Throws an error that names every missing, additional or misshapen tensor. */
export function checkFit(
  shapes: ReadonlyMap<string, readonly number[]>,
  specs: ParamSpecs,
  source: string,
): void {
  const wrong: string[] = [];
  for (const name of shapes.keys()) {
    if (!Object.hasOwn(specs, name)) wrong.push(`"${name}" is not expected`);
  }
  for (const [name, { shape }] of Object.entries(specs)) {
    const found = shapes.get(name);
    if (found === undefined) wrong.push(`"${name}" is missing`);
    else if (found.join() !== shape.join()) {
      wrong.push(`"${name}" has shape [${found}], expected [${shape}]`);
    }
  }
  if (wrong.length === 0) return;
  const what = wrong.slice(0, 8).join("; ") + (wrong.length > 8 ? "; …" : "");
  throw new Error(
    `${source} does not fit this configuration, ${wrong.length} tensors differ: ${what}`,
  );
}

/**
 * Parameters of an open network, tensor by tensor and in pieces, so that nothing is in memory twice.
 *
 * Only what `wanted` accepts is read; all of it is checked. Throws like {@link checkFit}, on a tensor
 * that does not hold floating-point numbers, and on a number that is not finite.
 */
export async function readParams(
  source: TensorSource,
  specs: ParamSpecs,
  wanted: (name: string) => boolean = () => true,
): Promise<Params> {
  checkFit(source.shapes(), specs, source.where);
  const params: Params = {};
  try {
    for (const [name, { shape }] of Object.entries(specs)) {
      if (!wanted(name)) continue;
      const { dtype } = source.stored(name).info;
      if (!/^B?F\d+$/.test(dtype)) {
        throw new Error(`${source.where}: tensor "${name}" is ${dtype}, expected F32, F16 or BF16`);
      }
      const inner = new Float32Array(shape.reduce((a, b) => a * b, 1));
      for await (const { at, data } of source.pieces(name, 1 << 18)) {
        const bad = firstNotFinite(data);
        if (bad >= 0) {
          throw new Error(
            `${source.where}: tensor "${name}" holds ${data[bad]} at number ${
              at + bad
            }, expected ` +
              "finite numbers; a training that diverged leaves such weights, and so does a damaged " +
              'file: take another one ("deno task weights verify" counts them)',
          );
        }
        placePublished(name, shape, { at, data: data as Float32Array }, inner);
      }
      params[name] = held(inner, innerShape(name, shape));
    }
    collectGarbage();
    return params;
  } catch (error) {
    tf.dispose(params);
    throw error;
  }
}

/**
 * Numbers as a tensor in the backend's own memory, which tfjs would otherwise fill at first use. The array
 * is the tensor's from now on: TensorFlow takes it as it is where it lies aligned.
 */
function held(numbers: Float32Array, shape: number[]): tf.Tensor {
  return tf.tidy(() => tf.reshape(tf.tensor(numbers, shape, "float32"), shape));
}

/** Parameters of a safetensors file in published layout; see {@link readParams}. */
export async function loadParams(path: string, specs: ParamSpecs): Promise<Params> {
  using source = await TensorSource.open(oneFile(path));
  return await readParams(source, specs);
}

/** Writes parameters to a safetensors file in published layout, names sorted. */
export async function saveParams(
  path: string,
  params: Params,
  dtype: "F32" | "F16" = "F32",
  metadata: Record<string, string> = {},
): Promise<void> {
  const entries = Object.keys(params).sort().map((name) => {
    const tensor = params[name] as tf.Tensor;
    const data = async () => toPublished(name, tensor.shape, await tensor.data<"float32">()).data;
    return { name, shape: publishedShape(name, tensor.shape), data };
  });
  await writeSafetensors(path, entries, { dtype, metadata: { format: "pt", ...metadata } });
}
