import { tf } from "../runtime/tf.ts";
import { stream } from "../runtime/random.ts";
import { clipSpecs } from "../clip/clip.ts";
import type { ClipConfig } from "../clip/config.ts";
import { textEmbedding, textTower, type Tokens } from "../clip/text.ts";
import type { Tokenizer } from "../clip/tokenizer.ts";
import { clipPixels, imageEmbedding, visionTower } from "../clip/vision.ts";
import { itcLoss, sharedTargets } from "../losses/itc.ts";
import type { LoopConfig } from "../train/config.ts";
import type { Task } from "../train/loop.ts";
import { initialParams } from "../weights/params.ts";
import { type Pictures, randomView } from "./pictures.ts";

/** Recipe of CLIP's pretraining. */
export interface ClipRecipe extends LoopConfig {
  readonly learningRate: number;
  readonly batch: number;
  /** Share of each batch that comes from the second source. */
  readonly secondShare: number;
  readonly seed: number;
}

interface Batch {
  readonly pixels: tf.Tensor4D;
  readonly tokens: Tokens;
  readonly targets: tf.Tensor2D;
}

/** Contrastive training from scratch on two sources of captioned pictures. */
export function clipTask(
  c: ClipConfig,
  r: ClipRecipe,
  tokenizer: Tokenizer,
  sources: readonly [Pictures, Pictures],
): Task<Batch> {
  const second = Math.round(r.batch * r.secondShare);
  return {
    params: initialParams(clipSpecs(c), r.seed),
    learningRate: () => r.learningRate,
    prepare(step, micro) {
      const s = stream(r.seed, "clip", step, micro), { size } = sources[0];
      const pixels = new Float32Array(r.batch * size * size * 3);
      const captions = Array.from({ length: r.batch }, (_, i) => {
        const source = sources[i < second ? 1 : 0], index = s.int(source.count);
        randomView(source, index, s, pixels, i);
        return source.captions[index] as string;
      });
      const { ids } = tokenizer.encode(captions, c.text.contextLength);
      return {
        pixels: tf.tensor4d(pixels, [r.batch, size, size, 3]),
        tokens: { ids, count: r.batch },
        targets: tf.tensor2d(sharedTargets(captions), [r.batch, r.batch]),
      };
    },
    loss(p, { pixels, tokens, targets }) {
      const image = imageEmbedding(p, visionTower(p, c.vision, clipPixels(pixels)).pooled);
      const text = textEmbedding(p, textTower(p, c.text, tokens).pooled);
      const scale = tf.clipByValue(p.logit_scale as tf.Scalar, 0, Math.log(100)) as tf.Scalar;
      const itc = itcLoss(image, text, scale, targets);
      return { total: itc, terms: { itc } };
    },
    dispose: ({ pixels, targets }) => tf.dispose([pixels, targets]),
  };
}
