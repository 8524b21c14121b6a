/** What CLIP and the UNet make of a visible batch. */
import { tf } from "../../lib/runtime/mod.ts";
import { addNoise, clipPixels, imageEmbedding, textEmbedding, textTower, unetEncode, visionTower } from "../../lib/model/mod.ts";
import type { VisibleBatch } from "./batch.ts";

/** L2-normalised embeddings of the pictures and of the captions, each [B, projection]. */
export function embeddings({ model, batch }: VisibleBatch): {
  readonly image: tf.Tensor2D;
  readonly text: tf.Tensor2D;
} {
  const { params: p, config: { clip } } = model, n = batch.pixels.shape[0];
  const [image, text] = tf.tidy(() => [
    imageEmbedding(p, visionTower(p, clip.vision, clipPixels(batch.pixels)).pooled),
    textEmbedding(p, tf.slice(textTower(p, clip.text, batch.tokens).pooled, [0, 0], [n, -1])),
  ]) as [tf.Tensor2D, tf.Tensor2D];
  return { image, text };
}

/** The mean over places of the UNet's middle feature, [B, channels], as RSC reads it. */
export function middleFeature({ model, schedule, batch }: VisibleBatch): tf.Tensor2D {
  const { params: p, config: c } = model, n = batch.pixels.shape[0];
  return tf.tidy(() => {
    const latents = addNoise(schedule, batch.latents, batch.rscNoise, batch.rscTimesteps);
    const all = textTower(p, c.clip.text, batch.tokens).states;
    const states = tf.slice(all, [0, 0, 0], [n, -1, -1]);
    const { middle } = unetEncode(p, c.unet, { latents, timesteps: batch.rscTimesteps, states });
    return tf.mean(middle, [1, 2]) as tf.Tensor2D;
  });
}

/** Cosines between the rows of two matrices of equal width, [a, b]. */
export function cosines(a: tf.Tensor2D, b: tf.Tensor2D = a): tf.Tensor2D {
  return tf.tidy(() => {
    const unit = (x: tf.Tensor2D) => tf.div(x, tf.norm(x, 2, 1, true)) as tf.Tensor2D;
    return tf.matMul(unit(a), unit(b), false, true) as tf.Tensor2D;
  });
}

/** A matrix less the mean of its rows, as RSC centres features. */
export function centred(x: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => tf.sub(x, tf.mean(x, 0, true)) as tf.Tensor2D);
}
