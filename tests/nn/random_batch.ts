import type { ModelConfig } from "unidiff/model/config.ts";
import { latentShape } from "unidiff/model/model.ts";
import { stream } from "unidiff/runtime/random.ts";
import { tf } from "unidiff/runtime/tf.ts";
import type { JointBatch } from "unidiff/train/objective.ts";

/** A batch of noise in a model's sizes, for tests that need shapes and gradients, no pictures. */
export function randomBatch(c: ModelConfig, n: number): JointBatch {
  const draw = (name: string, shape: number[]) =>
    tf.tensor(stream(7, name).normals(shape.reduce((a, b) => a * b, 1)), shape);
  const side = c.clip.vision.imageSize, latents = [n, ...latentShape(c)];
  const { contextLength, endOfText } = c.clip.text, ids = new Int32Array((n + 1) * contextLength);
  for (let i = 0; i <= n; i++) {
    for (let k = 0; k < contextLength; k++) {
      ids[i * contextLength + k] = k < 3 ? 5 + 7 * i + k : endOfText;
    }
  }
  return {
    pixels: draw("pixels", [n, side, side, 3]) as tf.Tensor4D,
    latents: draw("latents", latents) as tf.Tensor4D,
    tokens: { ids, count: n + 1 },
    targets: tf.eye(n),
    dropped: tf.zeros([n, 1, 1]),
    noise: draw("noise", latents) as tf.Tensor4D,
    timesteps: Int32Array.from({ length: n }, (_, i) => 100 + i),
    rscNoise: draw("rsc noise", latents) as tf.Tensor4D,
    rscTimesteps: Int32Array.from({ length: n }, (_, i) => 60 + i),
    names: Array.from({ length: n }, (_, i) => `picture ${i}`),
  };
}
