/** What is measured, each as work that can be done again and again; peer.py has the same names. */
import { join } from "@std/path";
import {
  attention,
  conv2d,
  encodeLatents,
  gelu,
  groupNorm,
  layerNorm,
  quickGelu,
  unetSpecs,
  vaeSpecs,
  valueAndGrads,
} from "../../model/mod.ts";
import { compiled, stream, tf } from "../../runtime/mod.ts";
import { initialParams, readSafetensors } from "../../weights/mod.ts";
import { ddimOf, forwardOf, optimiserOf, stepOf } from "./model_units.ts";
import { type BenchModel, benchModels } from "./sizes.ts";
import type { Unit, UnitOptions } from "./unit.ts";

/** The name of the 1 GB file in the scratch folder. */
export const LARGE_FILE = "large.safetensors";

const draw = (name: string, shape: number[]) =>
  tf.tensor(stream(0, "bench", name).normals(shape.reduce((a, b) => a * b, 1)), shape);

/** A function of tensors, forward and backward from a gradient of its value, compiled as within a step. */
function differentiated(shapes: number[][], f: (...x: never[]) => tf.Tensor): Unit {
  const inputs = shapes.map((shape, i) => draw(String(i), shape));
  const dy = tf.tidy(() => draw("dy", f(...inputs as never[]).shape));
  const work = compiled((i: { inputs: readonly tf.Tensor[]; dy: tf.Tensor }) => {
    const { value, grads } = valueAndGrads(() => f(...i.inputs as never[]), i.inputs, i.dy);
    const end = tf.slice(tf.reshape(value, [-1]), [0], [1]);
    return [end, ...grads.map((grad, k) => grad ?? tf.zerosLike(inputs[k] as tf.Tensor))];
  });
  const run = async () => {
    const results = work({ inputs, dy });
    await (results[0] as tf.Tensor).data();
    tf.dispose(results);
  };
  return { run, dispose: () => disposeAll(work, [...inputs, dy]) };
}

/** A function of tensors, forward alone, compiled likewise. */
function forward(shapes: number[][], f: (...x: never[]) => tf.Tensor): Unit {
  const inputs = shapes.map((shape, i) => draw(String(i), shape));
  const work = compiled(({ inputs }: { inputs: readonly tf.Tensor[] }) => [
    tf.slice(tf.reshape(f(...inputs as never[]), [-1]), [0], [1]),
  ]);
  const run = async () => {
    const [end] = work({ inputs }) as [tf.Tensor];
    await end.data();
    end.dispose();
  };
  return { run, dispose: () => disposeAll(work, inputs) };
}

function disposeAll(work: { dispose(): void }, inputs: tf.Tensor[]): void {
  work.dispose();
  tf.dispose(inputs);
}

const norm = (weight: tf.Tensor, bias: tf.Tensor) => ({ "n.weight": weight, "n.bias": bias });

const operations: Record<string, () => Unit> = {
  "matmul": () =>
    forward([[1024, 1024], [1024, 1024]], (a: tf.Tensor2D, b: tf.Tensor2D) => tf.matMul(a, b)),
  "batched-matmul": () =>
    forward(
      [[128, 256, 32], [128, 256, 32]],
      (a: tf.Tensor3D, b: tf.Tensor3D) => tf.matMul(a, b, false, true),
    ),
  "convolution": () =>
    differentiated(
      [[32, 16, 16, 128], [3, 3, 128, 128], [128]],
      (x: tf.Tensor4D, weight: tf.Tensor, bias: tf.Tensor) => conv2d(norm(weight, bias), "n", x),
    ),
  "group-norm": () =>
    differentiated(
      [[32, 16, 16, 128], [128], [128]],
      (x: tf.Tensor4D, weight: tf.Tensor, bias: tf.Tensor) =>
        groupNorm(norm(weight, bias), "n", x, 32, 1e-5),
    ),
  "layer-norm": () =>
    differentiated(
      [[32, 256, 128], [128], [128]],
      (x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor) => layerNorm(norm(weight, bias), "n", x),
    ),
  "attention": () =>
    differentiated(
      [[32, 256, 128], [32, 256, 128], [32, 256, 128]],
      (q: tf.Tensor3D, k: tf.Tensor3D, v: tf.Tensor3D) => attention(q, k, v, 4),
    ),
  "gelu": () => differentiated([[32, 256, 512]], (x: tf.Tensor) => gelu(x)),
  "quick-gelu": () => differentiated([[32, 256, 512]], (x: tf.Tensor) => quickGelu(x)),
  "embedding-gradient": () => {
    const ids = Int32Array.from({ length: 32 * 32 }, (_, i) => (i * 7919) % 2048);
    return differentiated(
      [[2048, 128]],
      (table: tf.Tensor2D) => tf.square(tf.gather(table, tf.tensor1d(ids, "int32"))),
    );
  },
};

/** Loads every tensor of the 1 GB file into the backend. */
function loading({ folder }: UnitOptions): Unit {
  return {
    async run() {
      const tensors = await readSafetensors(join(folder, LARGE_FILE));
      for (const { data, shape } of tensors.values()) {
        const tensor = tf.tensor(data as Float32Array, shape);
        tf.tidy(() => tf.slice(tf.reshape(tensor, [-1]), [0], [1]).dataSync());
        tensor.dispose();
      }
    },
    dispose: () => {},
  };
}

/** Latents of 64 pictures, as they are made once for a data set. */
function encoding(): Unit {
  const config = benchModels.mini, params = initialParams(vaeSpecs(config.vae), 0);
  const pixels = stream(0, "bench", "pixels").normals(64 * 64 * 64 * 3);
  return {
    run: () => encodeLatents({ params, config }, pixels),
    dispose: () => tf.dispose(params),
  };
}

/** Units with a model in their names: "forward-mini". */
const ofModel: Record<string, (model: BenchModel, o: UnitOptions) => Unit> = {
  "forward": (model, { batch }) => forwardOf(benchModels[model], batch),
  "step": (model, { batch }) => stepOf(model, batch),
  "ddim": (model) => ddimOf(benchModels[model], model === "sd15" ? 4 : 16),
};

/** Units of the published size; "whole" is the step without gradient checkpointing. */
export const largeUnits = ["forward-sd15", "step-sd15", "step-sd15-whole", "ddim-sd15"] as const;

/** The names of all other units, in the order of the table. */
export const unitNames: readonly string[] = [
  ...Object.keys(operations),
  ...["reference", "mini"].flatMap((m) => Object.keys(ofModel).map((kind) => `${kind}-${m}`)),
  "optimiser",
  "encode",
  "load",
];

/** Makes a unit; throws an error that lists the names there are. */
export function makeUnit(name: string, options: UnitOptions): Unit {
  const [kind = "", model = "", ...more] = name.split("-");
  const operation = operations[name], make = ofModel[kind];
  if (operation) return operation();
  if (name === "optimiser") return optimiserOf(benchModels.reference);
  if (name === "load") return loading(options);
  if (name === "encode") return encoding();
  if (name === "step-sd15-whole") return stepOf("sd15", options.batch, false);
  if (make && more.length === 0 && Object.hasOwn(benchModels, model)) {
    return make(model as BenchModel, options);
  }
  const known = [...unitNames, ...largeUnits].join(", ");
  throw new Error(`unit "${name}" is not known; expected one of ${known}`);
}

/** Scalars in the UNet of a model, for tests and tables. */
export function unetSize(model: BenchModel): number {
  return Object.values(unetSpecs(benchModels[model].unet))
    .reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
}
