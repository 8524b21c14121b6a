import { basename, join, resolve } from "@std/path";
import { z } from "zod";
import { joinedBytes, type tf } from "../runtime/mod.ts";
import { type Extractor, graphExtractor, type GraphUse } from "./extractor.ts";

/** The parts of a TensorFlow.js model.json that are read. */
const modelSchema = z.looseObject({
  format: z.string(),
  modelTopology: z.looseObject({}),
  weightsManifest: z.array(z.looseObject({
    paths: z.array(z.string()),
    weights: z.array(z.looseObject({ name: z.string() })),
  })),
});

/**
 * An extractor from a folder that holds a TensorFlow.js graph model, such as an Inception: model.json
 * beside its weight shards, as `tensorflowjs_converter --output_format=tfjs_graph_model` writes them.
 *
 * Throws an error that names the file that is missing or is not what it should be.
 */
export async function extractorFromFolder(
  folder: string,
  use: Omit<GraphUse, "name">,
): Promise<Extractor> {
  const path = join(folder, "model.json"), text = await read(path);
  const json = JSON.parse(new TextDecoder().decode(text));
  if (json?.format !== "graph-model") {
    throw new Error(
      `${path}: format ${JSON.stringify(json?.format)}, expected "graph-model"; convert the ` +
        "network with tensorflowjs_converter --output_format=tfjs_graph_model",
    );
  }
  const { modelTopology, weightsManifest } = modelSchema.parse(json);
  const shards = await Promise.all(
    weightsManifest.flatMap(({ paths }) => paths).map((name) => read(join(folder, name))),
  );
  const weights = joinedBytes(shards);
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights);
  const expected = weightSpecs.reduce((sum, spec) => sum + bytesOf(spec as never), 0);
  if (weights.length !== expected) {
    throw new Error(
      `${folder}: ${weights.length} bytes of weights, expected ${expected} by model.json; ` +
        "copy the shards once more",
    );
  }
  return await graphExtractor(
    {
      modelTopology,
      weightSpecs: weightSpecs as unknown as tf.io.WeightsManifestEntry[],
      weightData: weights.buffer,
      format: "graph-model",
    },
    { ...use, name: `${basename(resolve(folder))}, ${use.node}` },
    [text, weights],
  );
}

/** Bytes of one weight in the shards, quantised or not. */
function bytesOf(spec: tf.io.WeightsManifestEntry): number {
  const sizes: Record<string, number> = { float32: 4, int32: 4, float16: 2, uint16: 2 };
  const kind = spec.quantization?.dtype ?? spec.dtype;
  return spec.shape.reduce((a, b) => a * b, 1) * (sizes[kind] ?? 1);
}

async function read(path: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(
      `${path}: not found, expected a TensorFlow.js graph model: a folder with model.json and the ` +
        "weight shards it names",
    );
  }
}
