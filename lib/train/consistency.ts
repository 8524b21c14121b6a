/** RSC in training: which features of a batch a form compares, and how they come about. */
import { tf } from "../runtime/mod.ts";
import {
  addNoise,
  clipPixels,
  type Encoded,
  imageEmbedding,
  linear,
  linearSpecs,
  type ModelConfig,
  type Params,
  type ParamSpecs,
  predictClean,
  type Schedule,
  unetEncode,
  unetFirstUp,
  unetFromMiddle,
  vaeDecode,
  visionTower,
} from "../model/mod.ts";
import {
  cosineAlignment,
  crossModalKl,
  type Direction,
  gramMatching,
  instanceContrast,
  needsProjection,
  type RscForm,
  rscLoss,
  stopGradient,
} from "../losses/mod.ts";
import type { JointBatch } from "./batch.ts";

/** Settings of the consistency loss; all INFERRED (see losses/rsc.ts). */
export interface RscConfig {
  /** Which candidate formula; "a" is the project's reading of the paper. */
  readonly form: RscForm;
  /** Where in the UNet the feature is taken: the middle block, or the first block on the way up. */
  readonly feature: "middle" | "up";
  /** τ on both sides, where the form has one. */
  readonly temperature: number;
  /** Subtract the batch mean from both sides first (forms a and f). */
  readonly centre: boolean;
  /** Features come from latents noised to a time step drawn from [first, last]. */
  readonly timesteps: readonly [number, number];
  /** What conditions the UNet while its feature is read; its gradient is stopped. */
  readonly condition: "caption" | "null";
  /** Who teaches: the other model as it is tuned, or as it was at the start, which cannot drift (form a). */
  readonly teacher: "tuned" | "start";
}

/** The name of W, the one parameter that is not of the published models; it is not saved. */
const PROJECTION = "rsc_projection";

/** Whether a parameter exists for the training of RSC alone. */
export function belongsToRsc(name: string): boolean {
  return name.startsWith(`${PROJECTION}.`);
}

/** The parameters that a form adds: W from the UNet's feature to CLIP's space, or none. */
export function rscSpecs(c: ModelConfig, { form }: RscConfig): ParamSpecs {
  if (!needsProjection(form)) return {};
  return linearSpecs(PROJECTION, c.unet.channels.at(-1) as number, c.clip.projection, false);
}

/** Throws an error where a direction or a teacher makes no sense for a form. */
export function checkDirection(
  { form, teacher }: Pick<RscConfig, "form" | "teacher">,
  direction: Direction,
): void {
  if (teacher === "start" && form !== "a") {
    throw new Error(
      `RSC form ${form} has no teacher that is held at the start; expected form "a", or teacher "tuned"`,
    );
  }
  if (needsProjection(form) && direction === "d2c") {
    throw new Error(
      `RSC form ${form} in direction d2c: its projection learns as CLIP's student, so that it would ` +
        `stay random; expected direction "c2d" or "both"`,
    );
  }
}

/** What the rest of a step knows already. */
export interface KnownFeatures {
  /** L2-normalised embeddings of the batch's pictures and captions, [B, projection]. */
  readonly image: tf.Tensor2D;
  readonly text: () => tf.Tensor2D;
  /** States of the captions [B, tokens, d] and of the empty one [1, tokens, d]. */
  readonly captions: tf.Tensor;
  readonly empty: tf.Tensor;
}

/** Parameters of the model before any tuning, and what it makes of a batch's pictures and captions. */
export interface StartFeatures {
  readonly params: Params;
  readonly known: () => KnownFeatures;
}

/** The consistency loss of a batch in the form and direction asked for; a scalar. */
export function consistencyLoss(
  p: Params,
  c: ModelConfig,
  schedule: Schedule,
  rsc: RscConfig,
  direction: Direction,
  b: JointBatch,
  known: KnownFeatures,
  start?: StartFeatures,
): tf.Scalar {
  checkDirection(rsc, direction);
  const { image } = known, n = image.shape[0], o = { ...rsc, direction };
  const latents = addNoise(schedule, b.latents, b.rscNoise, b.rscTimesteps);
  const read = (p: Params, { captions, empty }: KnownFeatures) => {
    const given = rsc.condition === "caption" ? captions : tf.tile(empty, [n, 1, 1]);
    const states = stopGradient(given as tf.Tensor3D);
    const encoded = unetEncode(p, c.unet, { latents, timesteps: b.rscTimesteps, states });
    return { encoded, states, feature: () => pooled(rsc.feature, p, c, encoded, states) };
  };
  const { encoded, states, feature } = read(p, known);
  const projected = () => linear(p, PROJECTION, feature()) as tf.Tensor2D;
  const teachersOf = () => {
    if (rsc.teacher === "tuned") return undefined;
    if (start === undefined) throw new Error("RSC: its teacher is the start, which is not there");
    const before = start.known();
    // The one that does not teach is not looked at.
    const clip = direction === "d2c" ? image : before.image;
    return { clip, diffusion: direction === "c2d" ? clip : read(start.params, before).feature() };
  };
  switch (rsc.form) {
    case "a":
      return rscLoss(image, feature(), o, teachersOf());
    case "b":
      return crossModalKl(image, projected(), known.text(), o);
    case "c":
      return instanceContrast(image, projected(), o, b.targets);
    case "d":
      return cosineAlignment(image, projected(), o);
    case "e": {
      const output = unetFromMiddle(p, c.unet, encoded, states), { prediction } = c.schedule;
      const clean = predictClean(schedule, latents, output, b.rscTimesteps, prediction);
      return cosineAlignment(image, embeddingOfLatents(p, c, clean), o);
    }
    case "f":
      return gramMatching(image, feature(), o);
  }
}

/** The mean over places of the UNet's feature, [B, channels]. */
function pooled(
  which: RscConfig["feature"],
  p: Params,
  c: ModelConfig,
  encoded: Encoded,
  states: tf.Tensor3D,
): tf.Tensor2D {
  const map = which === "middle" ? encoded.middle : unetFirstUp(p, c.unet, encoded, states);
  return tf.mean(map, [1, 2]) as tf.Tensor2D;
}

/** CLIP's embedding of decoded latents; CLIP is the instrument here, its parameters get no gradient. */
function embeddingOfLatents(p: Params, c: ModelConfig, latents: tf.Tensor4D): tf.Tensor2D {
  const side = c.clip.vision.imageSize;
  const decoded = vaeDecode(p, c.vae, tf.div(latents, c.vae.scalingFactor) as tf.Tensor4D);
  const pixels = decoded.shape[1] === side
    ? decoded
    : tf.image.resizeBilinear(decoded, [side, side]);
  const fixed = Object.fromEntries(
    Object.entries(p).filter(([name]) => /^(vision_model|visual_projection)\./.test(name))
      .map(([name, value]) => [name, stopGradient(value)]),
  );
  return imageEmbedding(fixed, visionTower(fixed, c.clip.vision, clipPixels(pixels)).pooled);
}

/** Whether RSC's gradient reaches a parameter of the UNet's way up. */
export function rscReachesUp(name: string, { form, feature }: RscConfig): boolean {
  if (form === "e") return true;
  return feature === "up" && /^up_blocks\.0\.(resnets|attentions)\./.test(name);
}
