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
import {
  type Anchor,
  featuresAnchor,
  isLoss,
  itcLoss,
  type LossTerms,
  type LossWeights,
  relationsAnchor,
  totalLoss,
  weightsAnchor,
} from "../losses/mod.ts";
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

/** What not every joint loss needs. */
export interface JointOptions {
  /** γ of the min-SNR weights of IS (diffusion/schedule.ts); without it all time steps weigh the same. */
  readonly minSnr?: number | undefined;
  /** All parameters before tuning, where a teacher or an anchor is held there. */
  readonly start?: Params | undefined;
}

/**
 * The joint loss of a batch: the text tower runs once and serves both sides; each loss is computed
 * only where its weight is not zero, RSC also where it is watched.
 */
export function jointLoss(
  p: Params,
  c: ModelConfig,
  schedule: Schedule,
  weights: LossWeights,
  rsc: RscConfig,
  b: JointBatch,
  { minSnr, start }: JointOptions = {},
): { total: tf.Scalar; terms: LossTerms } {
  const terms: LossTerms = {};
  const { anchor } = weights, wantsRsc = weights.rsc > 0 || weights.watchRsc === true;
  const wantsImage = weights.itc > 0 || wantsRsc || (anchor && anchor.to !== "weights");
  const known = clipFeatures(p, c, b), { captions, empty } = known;
  const image = wantsImage ? known.image() : undefined;
  if (weights.itc > 0 && image) {
    terms.itc = itcLoss(image, known.text(), p.logit_scale as tf.Scalar, b.targets);
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
    const before = start && {
      params: start,
      known: () => {
        const features = clipFeatures(start, c, b);
        return { ...features, image: features.image() };
      },
    };
    terms.rsc = consistencyLoss(p, c, schedule, rsc, weights.direction, b, {
      ...known,
      image,
    }, before);
  }
  if (anchor) {
    if (start === undefined) throw new Error("an anchor needs the start, which is not there");
    terms.anchor = anchorLoss(p, start, c, anchor, rsc, b, { ...known, image });
  }
  return { total: totalLoss(terms, weights), terms };
}

/** The text tower's states of a batch's captions and of the empty one; embeddings when they are asked for. */
function clipFeatures(p: Params, c: ModelConfig, b: JointBatch) {
  const n = b.pixels.shape[0], { states, pooled } = textTower(p, c.clip.text, b.tokens);
  return {
    captions: tf.slice(states, [0, 0, 0], [n, -1, -1]),
    empty: tf.slice(states, [n, 0, 0], [1, -1, -1]),
    image: () => imageEmbedding(p, visionTower(p, c.clip.vision, clipPixels(b.pixels)).pooled),
    text: () => textEmbedding(p, tf.slice(pooled, [0, 0], [n, -1])),
  };
}

/** The pull towards the start: of all trained weights, or of CLIP's features of a batch. */
function anchorLoss(
  p: Params,
  start: Params,
  c: ModelConfig,
  { to }: Anchor,
  rsc: RscConfig,
  b: JointBatch,
  tuned: { readonly image: tf.Tensor2D | undefined; readonly text: () => tf.Tensor2D },
): tf.Scalar {
  if (to === "weights") {
    const names = Object.keys(start).filter((name) => p[name] !== start[name]);
    const all = (of: Params) => names.map((name) => of[name] as tf.Tensor);
    return weightsAnchor(all(p), all(start));
  }
  const before = clipFeatures(start, c, b), image = tuned.image as tf.Tensor2D;
  if (to === "relations") return relationsAnchor(image, before.image(), rsc);
  const both = tf.add(
    featuresAnchor(image, before.image()),
    featuresAnchor(tuned.text(), before.text()),
  );
  return tf.mul(both, 0.5) as tf.Scalar;
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
