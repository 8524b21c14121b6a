/** A model of any size with random weights, quickly: for measuring time and memory, not for learning. */
import {
  type ClipTextConfig,
  embeddedTokenizer,
  latentShape,
  type Model,
  type ModelConfig,
  modelSpecs,
  type Params,
  type ParamSpecs,
} from "../../model/mod.ts";
import { stream, tf } from "../../runtime/mod.ts";
import type { JointBatch } from "../../train/mod.ts";
import { innerShape } from "../../weights/mod.ts";

/** So many draws are made; longer tensors repeat them, each from another place. */
const DRAWS = 1 << 20;

/**
 * Parameters with the spread of a fresh start but draws that repeat after a million: a model of 1.4
 * thousand million parameters takes seconds where {@link initialParams} takes minutes.
 */
export function repeatedParams(specs: ParamSpecs, seed: number): Params {
  const draws = stream(seed, "repeated draws").uniforms(DRAWS).map((u) => 2 * u - 1);
  const params: Params = {};
  for (const [name, { shape, init }] of Object.entries(specs)) {
    const size = shape.reduce((a, b) => a * b, 1), inner = innerShape(name, shape);
    if (init === "zeros" || init === "ones" || "value" in init) {
      const value = init === "zeros" ? 0 : init === "ones" ? 1 : init.value;
      params[name] = tf.fill(inner, value);
      continue;
    }
    // A uniform number of the same deviation stands for a normal one.
    const bound = "uniform" in init ? init.uniform : init.normal * Math.sqrt(3);
    const numbers = new Float32Array(size), first = stream(seed, "place", name).int(DRAWS);
    for (let at = 0; at < size;) {
      const from = at === 0 ? first : 0, count = Math.min(DRAWS - from, size - at);
      numbers.set(draws.subarray(from, from + count), at);
      at += count;
    }
    params[name] = tf.tidy(() => tf.mul(tf.tensor(numbers, inner), bound));
  }
  return params;
}

/** A random model of CLIP's published vocabulary. */
export async function randomModel(config: ModelConfig, seed = 0): Promise<Model> {
  const params = repeatedParams(modelSpecs(config), seed);
  return { config, tokenizer: await embeddedTokenizer(), params };
}

/** A batch of noise in a model's sizes: what a step costs does not depend on what pictures show. */
export function randomBatch(c: ModelConfig, n: number, seed = 0): JointBatch {
  const draw = (name: string, shape: number[]) =>
    tf.tensor(stream(seed, name).normals(shape.reduce((a, b) => a * b, 1)), shape);
  const side = c.clip.vision.imageSize, latents = [n, ...latentShape(c)];
  return {
    pixels: draw("pixels", [n, side, side, 3]) as tf.Tensor4D,
    latents: draw("latents", latents) as tf.Tensor4D,
    tokens: { ids: randomTokens(c.clip.text, n + 1), count: n + 1 },
    targets: tf.eye(n),
    dropped: tf.zeros([n, 1, 1]),
    noise: draw("noise", latents) as tf.Tensor4D,
    timesteps: Int32Array.from({ length: n }, (_, i) => 100 + i),
    rscNoise: draw("rsc noise", latents) as tf.Tensor4D,
    rscTimesteps: Int32Array.from({ length: n }, (_, i) => 60 + i),
    names: Array.from({ length: n }, (_, i) => `picture ${i}`),
  };
}

/** Ids of `count` captions of three tokens each. */
export function randomTokens(
  { contextLength, endOfText, vocabulary }: ClipTextConfig,
  count: number,
): Int32Array {
  return Int32Array.from(
    { length: count * contextLength },
    (_, at) => at % contextLength < 3 ? at % (vocabulary - 2) : endOfText,
  );
}
