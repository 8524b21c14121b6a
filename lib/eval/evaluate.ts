import { tf } from "../runtime/tf.ts";
import { stream } from "../runtime/random.ts";
import { textTower } from "../clip/text.ts";
import { addNoise, makeSchedule } from "../diffusion/schedule.ts";
import { unet } from "../diffusion/unet.ts";
import { drawPictures } from "../model/draw.ts";
import { embedCaptions, embedImages, latentShape, type Model, tokensOf } from "../model/model.ts";
import { spread } from "./collapse.ts";
import { retrievalBothWays, retrievalMetrics, sameLabel } from "./retrieval.ts";

/** Captioned pictures in memory, on which a model is measured. */
export interface TestSet {
  readonly captions: readonly string[];
  /** Pixels in [−1, 1] at CLIP's size, [n, s, s, 3]. */
  readonly pixels: Float32Array;
  /** Scaled latents, [n, h, w, c]; only where the noise loss is measured. */
  readonly latents?: Float32Array;
}

/** How a model is measured. */
export interface EvaluateConfig {
  /** Time steps at which the noise loss is measured, every picture at each. */
  readonly timesteps: readonly number[];
  /** How many pictures are drawn from test captions, and how. */
  readonly samples: number;
  readonly samplingSteps: number;
  readonly guidance: number;
  /** Drawn pictures on which retrieval outside the tuned set is measured. */
  readonly outside: number;
  /** Seed of noise draws; the same for every row and seed of a study. */
  readonly seed: number;
}

/** What one evaluation found. */
export interface Measured {
  /** By the keys of evaluation.json. */
  readonly metrics: Record<string, number>;
  /** The drawn pictures [n, s, s, 3] in [−1, 1] and their prompts. */
  readonly samples: { readonly prompts: string[]; readonly pixels: Float32Array };
}

/**
 * Measures a model on the test pictures of the tuned set and on pictures outside it.
 *
 * Retrieval counts any picture with the same caption as a hit, over the captions of all test
 * pictures. Every noise draw is fixed by `config.seed`, so that models are compared on the same.
 */
export async function evaluateModel(
  model: Model,
  test: TestSet,
  outside: TestSet,
  config: EvaluateConfig,
  onStep?: (what: string) => void | Promise<void>,
): Promise<Measured> {
  const { projection } = model.config.clip;
  await onStep?.("retrieval");
  const images = await embedImages(model, test.pixels);
  const texts = await embedCaptions(model, test.captions);
  const own = retrievalBothWays(images, texts, projection, sameLabel(test.captions));
  await onStep?.("retrieval outside the tuned set");
  const away = retrievalBothWays(
    await embedImages(model, outside.pixels),
    await embedCaptions(model, outside.captions),
    projection,
    sameLabel(outside.captions),
  );
  await onStep?.("noise loss");
  const is = await noiseLoss(model, test, config);
  await onStep?.("drawing");
  const prompts = samplePrompts(test.captions, config.samples, config.seed);
  const pixels = prompts.length === 0 ? new Float32Array(0) : await drawPictures(model, prompts, {
    steps: config.samplingSteps,
    guidance: config.guidance,
    seed: config.seed,
  }, (done, of) => onStep?.(`drawing, ${done} of ${of} steps`));
  return {
    metrics: {
      ...retrievalMetrics(own, "retrieval"),
      ...retrievalMetrics(away, "forgetting"),
      "is.test": is,
      ...named("collapse.image", spread(images, projection)),
      ...named("collapse.text", spread(texts, projection)),
    },
    samples: { prompts, pixels },
  };
}

function named(prefix: string, values: object): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [`${prefix}.${key}`, value as number]),
  );
}

/** `count` distinct captions in an order drawn from `seed`, the same for every model. */
export function samplePrompts(captions: readonly string[], count: number, seed: number): string[] {
  const distinct = [...new Set(captions)].sort();
  const order = stream(seed, "prompts").permutation(distinct.length);
  return Array.from(order.slice(0, count), (i) => distinct[i] as string);
}

/** Mean squared error of the predicted noise over every picture at every time step of the config. */
async function noiseLoss(model: Model, test: TestSet, config: EvaluateConfig): Promise<number> {
  const { params, config: sizes } = model, latents = test.latents;
  if (!latents) throw new Error("noise loss: expected a test set with latents");
  const shape = latentShape(sizes), size = shape.reduce((a, b) => a * b);
  const schedule = makeSchedule(sizes.schedule), count = test.captions.length, piece = 64;
  let sum = 0;
  for (let at = 0; at < count; at += piece) {
    const n = Math.min(piece, count - at);
    const states = tf.tidy(() =>
      textTower(params, sizes.clip.text, tokensOf(model, test.captions.slice(at, at + n))).states
    );
    for (const t of config.timesteps) {
      const noise = stream(config.seed, "noise-loss", t, at).normals(n * size);
      const loss = tf.tidy(() => {
        const epsilon = tf.tensor4d(noise, [n, ...shape]);
        const clean = tf.tensor4d(latents.subarray(at * size, (at + n) * size), [n, ...shape]);
        const timesteps = new Int32Array(n).fill(t);
        const noisy = addNoise(schedule, clean, epsilon, timesteps);
        const out = unet(params, sizes.unet, { latents: noisy, timesteps, states }).noise;
        return tf.mean(tf.square(tf.sub(out, epsilon)));
      });
      sum += (await loss.data())[0] as number * n;
      loss.dispose();
    }
    states.dispose();
  }
  return sum / (count * config.timesteps.length);
}
