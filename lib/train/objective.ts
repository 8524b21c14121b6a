import { tf } from "../runtime/mod.ts";
import {
  addNoise,
  clipPixels,
  imageEmbedding,
  minSnrWeights,
  type ModelConfig,
  type Params,
  predictionTarget,
  type Schedule,
  textEmbedding,
  textTower,
  type Tower,
  towerOf,
  unet,
  visionTower,
} from "../model/mod.ts";
import { isLoss, itcLoss, type LossTerms, type LossWeights, totalLoss } from "../losses/mod.ts";
import { belongsToRsc, consistencyLoss, type RscConfig, rscReachesUp } from "./consistency.ts";
import type { JointBatch } from "./batch.ts";

/**
 * Between which values an update leaves a parameter: the logarithm of CLIP's multiplier, in [0, ln 100].
 *
 * The parameter itself is bounded, after the step, as in open_clip (training/train.py): bounded in the
 * forward pass alone it would have no gradient beyond, and never come back.
 */
export function limitsOf(name: string): readonly [number, number] | undefined {
  return name === "logit_scale" ? [0, Math.log(100)] : undefined;
}

/**
 * The joint loss of a batch: the text tower runs once and serves both sides; each loss is computed
 * only where its weight is not zero, RSC also where it is watched.
 *
 * `minSnr` is γ of the min-SNR weights of IS (diffusion/schedule.ts); without it all weigh the same.
 */
export function jointLoss(
  p: Params,
  c: ModelConfig,
  schedule: Schedule,
  weights: LossWeights,
  rsc: RscConfig,
  b: JointBatch,
  minSnr?: number,
): { total: tf.Scalar; terms: LossTerms } {
  const n = b.pixels.shape[0];
  const terms: LossTerms = {};
  const text = textTower(p, c.clip.text, b.tokens);
  const captions = tf.slice(text.states, [0, 0, 0], [n, -1, -1]);
  const empty = tf.slice(text.states, [n, 0, 0], [1, -1, -1]);

  const wantsRsc = weights.rsc > 0 || weights.watchRsc === true;
  const image = weights.itc > 0 || wantsRsc
    ? imageEmbedding(p, visionTower(p, c.clip.vision, clipPixels(b.pixels)).pooled)
    : undefined;
  const captionEmbedding = () => textEmbedding(p, tf.slice(text.pooled, [0, 0], [n, -1]));
  if (weights.itc > 0 && image) {
    terms.itc = itcLoss(image, captionEmbedding(), p.logit_scale as tf.Scalar, b.targets);
  }
  if (weights.is > 0) {
    const latents = addNoise(schedule, b.latents, b.noise, b.timesteps);
    const kept = tf.mul(captions, tf.sub(1, b.dropped));
    const states = tf.add(kept, tf.mul(empty, b.dropped)) as tf.Tensor3D;
    const { noise } = unet(p, c.unet, { latents, timesteps: b.timesteps, states });
    const { prediction } = c.schedule;
    const target = predictionTarget(prediction, schedule, b.latents, b.noise, b.timesteps);
    const each = minSnr && minSnrWeights(schedule, b.timesteps, minSnr, prediction);
    terms.is = isLoss(noise, target, each || undefined);
  }
  if (wantsRsc && image) {
    const known = { image, text: captionEmbedding, captions, empty };
    terms.rsc = consistencyLoss(p, c, schedule, rsc, weights.direction, b, known);
  }
  return { total: totalLoss(terms, weights), terms };
}

/** Learning rate of each network; the autoencoder is always frozen. */
export interface TowerRates {
  readonly text: number;
  readonly vision: number;
  readonly unet: number;
}

/**
 * The learning rate of a parameter under these losses, 0 where no loss reaches it.
 *
 * Without this, weight decay would shrink parameters that a row does not train.
 */
export function learningRateOf(
  name: string,
  w: LossWeights,
  rates: TowerRates,
  rsc: RscConfig,
): number {
  if (belongsToRsc(name)) return w.rsc > 0 ? rates.unet : 0;
  const clipLearns = w.rsc > 0 && w.direction !== "c2d";
  const diffusionLearns = w.rsc > 0 && w.direction !== "d2c";
  const towers: Record<Tower, boolean> = {
    text: w.itc > 0 || w.is > 0,
    vision: w.itc > 0 || clipLearns,
    unet: w.is > 0 || diffusionLearns,
    vae: false,
  };
  const tower = towerOf(name);
  const contrastOnly = name === "text_projection.weight" || name === "logit_scale";
  if (!towers[tower] || tower === "vae" || (contrastOnly && w.itc === 0)) return 0;
  // Without IS only some forms of RSC reach the UNet's second half.
  const wayUp = tower === "unet" && /^(up_blocks|conv_norm_out|conv_out)\b/.test(name);
  if (wayUp && w.is === 0 && !rscReachesUp(name, rsc)) return 0;
  return rates[tower];
}
