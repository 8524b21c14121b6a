/** A graph model of TensorFlow.js written by hand: y = 2x on pictures of 4 × 4 pixels. */
import { join } from "@std/path";
import type { tf } from "unidiff/runtime/tf.ts";

/** Nodes "x" (pictures), "two" (a constant), "twice" (their product). */
export function tinyGraph(): tf.io.ModelArtifacts {
  const float = { type: "DT_FLOAT" };
  const shape = { shape: { dim: ["-1", "4", "4", "3"].map((size) => ({ size })) } };
  return {
    modelTopology: {
      node: [
        { name: "x", op: "Placeholder", attr: { dtype: float, shape } },
        { name: "two", op: "Const", attr: { dtype: float, value: { tensor: {} } } },
        { name: "twice", op: "Mul", input: ["x", "two"], attr: { T: float } },
      ],
      library: {},
      versions: { producer: 27 },
    },
    weightSpecs: [{ name: "two", shape: [], dtype: "float32" }],
    weightData: Float32Array.of(2).buffer,
    format: "graph-model",
  };
}

/** The same as files, as tensorflowjs_converter writes them. */
export async function writeTinyGraph(folder: string): Promise<void> {
  const { weightData, weightSpecs, ...rest } = tinyGraph();
  const paths = ["group1-shard1of1.bin"];
  await Deno.writeFile(join(folder, paths[0]!), new Uint8Array(weightData as ArrayBuffer));
  const json = { ...rest, weightsManifest: [{ paths, weights: weightSpecs }] };
  await Deno.writeTextFile(join(folder, "model.json"), JSON.stringify(json));
}
