import { stream, tf } from "../../runtime/mod.ts";
import {
  type ClipConfig,
  clipPixels,
  imageEmbedding,
  type Params,
  textEmbedding,
  textTower,
  type Tokenizer,
  type Tokens,
  visionTower,
} from "../../model/mod.ts";
import { itcLoss, sharedTargets } from "../../losses/mod.ts";
import { limitsOf, type LoopConfig, type Task } from "../../train/mod.ts";
import {
  hardBatch,
  meaningOf,
  type Neighbourhood,
  neighbourhoodOf,
  partsOf,
  phraseOf,
  type Source,
} from "./mixture.ts";
import { namesColour } from "./phrases.ts";
import { OWN_COLOURS, randomView } from "./pictures.ts";

/** Recipe of CLIP's pretraining. */
export interface ClipRecipe extends LoopConfig {
  readonly learningRate: number;
  readonly batch: number;
  /** How often a picture whose caption names no colour is seen in others. */
  readonly recolour: number;
  /** How often a picture comes with one of its kind in another colour and one of its colour. */
  readonly hard: number;
  readonly seed: number;
}

interface Batch {
  readonly pixels: tf.Tensor4D;
  readonly tokens: Tokens;
  readonly targets: tf.Tensor2D;
}

/**
 * Contrastive training from `start` on several sources of captioned pictures; pictures of one meaning
 * are matches of each other, however they are phrased. Part of a batch are hard negatives of each other:
 * one kind in two colours, two kinds in one colour.
 */
export function clipTask(
  c: ClipConfig,
  r: ClipRecipe,
  tokenizer: Tokenizer,
  sources: readonly Source[],
  start: Params,
): Task<Batch> {
  const counts = partsOf(r.batch, sources.map(({ share }) => share));
  const neighbours = sources.map(({ pictures }) => neighbourhoodOf(pictures));
  return {
    params: start,
    learningRate: () => r.learningRate,
    limits: limitsOf,
    prepare(step, micro) {
      const s = stream(r.seed, "clip", step, micro);
      const { size } = (sources[0] as Source).pictures;
      const pixels = new Float32Array(r.batch * size * size * 3);
      const captions: string[] = [], meanings: string[] = [];
      for (const [source, { pictures }] of sources.entries()) {
        const count = counts[source] as number;
        const near = neighbours[source] as Neighbourhood;
        for (const { index, hard } of hardBatch(pictures, near, count, r.hard, s)) {
          // What tells hard negatives apart must be said.
          const phrase = phraseOf(pictures, index, s, hard ? namesColour : undefined);
          const others = pictures.shows?.[index]?.colour === undefined && !namesColour(phrase) &&
            s.uniform() < r.recolour;
          const colours = others ? s.permutation(3) : OWN_COLOURS;
          randomView(pictures, index, s, pixels, captions.length, colours);
          captions.push(phrase);
          meanings.push(meaningOf(pictures, index));
        }
      }
      const { ids } = tokenizer.encode(captions, c.text.contextLength);
      return {
        pixels: tf.tensor4d(pixels, [r.batch, size, size, 3]),
        tokens: { ids, count: r.batch },
        targets: tf.tensor2d(sharedTargets(meanings), [r.batch, r.batch]),
      };
    },
    loss(p, { pixels, tokens, targets }) {
      const image = imageEmbedding(p, visionTower(p, c.vision, clipPixels(pixels)).pooled);
      const text = textEmbedding(p, textTower(p, c.text, tokens).pooled);
      const itc = itcLoss(image, text, p.logit_scale as tf.Scalar, targets);
      return { total: itc, terms: { itc } };
    },
    dispose: ({ pixels, targets }) => tf.dispose([pixels, targets]),
  };
}
