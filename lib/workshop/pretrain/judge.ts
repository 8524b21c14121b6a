/**
 * A judge of drawn garments and products: which kind a picture shows, and in which colour.
 *
 * It is trained from scratch on the renderer's training drawings alone, has nothing to do with the
 * model, and never sees a picture that the model made. Half of what it trains on is blurred, as what
 * comes out of an autoencoder is. How often it is right about held-out drawings stands beside
 * everything it says.
 */
import type { DrawnCorpus } from "../../drawn/mod.ts";
import { crossEntropy } from "../../losses/mod.ts";
import type { Params } from "../../model/mod.ts";
import { inPieces, type Stream, stream, tf } from "../../runtime/mod.ts";
import { defaultOptimizer, type LoopConfig, type Task } from "../../train/mod.ts";
import { initialParams } from "../../weights/mod.ts";
import { type JudgeConfig, judgeScores, judgeSpecs } from "./judge_network.ts";
import { randomView } from "./pictures.ts";
import { readKey } from "./sources/drawings.ts";

/** What a drawing shows. */
export interface Shown {
  /** A kind of garment or product, e.g. "t-shirt". */
  readonly category: string;
  readonly colour: string;
}

/** Shares in [0, 1] of pictures that are judged rightly. */
export interface Rightly {
  readonly pictures: number;
  readonly category: number;
  readonly colour: number;
  readonly both: number;
}

/** How the judge is made. */
export interface JudgeRecipe extends LoopConfig {
  readonly channels: readonly number[];
  readonly groups: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly seed: number;
}

/** The judge of data/mini's drawings. */
export const judgeRecipe: JudgeRecipe = {
  ...defaultOptimizer,
  channels: [24, 48, 96, 128],
  groups: 8,
  batch: 64,
  steps: 3000,
  learningRate: 2e-3,
  accumulate: 1,
  warmup: 50,
  logEvery: 20,
  checkpointSeconds: 60,
  seed: 0,
};

/** Kinds that the renderer draws alike count as one. */
const ALIKE: Readonly<Record<string, string>> = {
  leggings: "tights",
};

/** The kind and colour of a drawing's key (lib/drawn/draw.ts); no colour where it has its own. */
export function shownBy(key: string): Partial<Shown> & Pick<Shown, "category"> {
  const { kind, colour } = readKey(key);
  return shownAs(kind, colour);
}

/** A kind and a colour as the judge's answers. */
export function shownAs(kind: string, colour?: string): Partial<Shown> & Pick<Shown, "category"> {
  return { category: ALIKE[kind] ?? kind, ...(colour === undefined ? {} : { colour }) };
}

/** The answers that a judge knows, in the order of its scores. */
export type Answers = Readonly<Record<keyof Shown, readonly string[]>>;

/** Every kind and colour among the keys of drawings. */
export function answersOf(keys: readonly string[]): Answers {
  const shown = keys.map(shownBy);
  const all = (question: keyof Shown) =>
    [...new Set(shown.flatMap((one) => one[question] ?? []))].sort();
  return { category: all("category"), colour: all("colour") };
}

/** A judge's network for pictures of a size and some answers. */
export function judgeConfig(
  { channels, groups }: JudgeRecipe,
  size: number,
  answers: Answers,
): JudgeConfig {
  const counts = { category: answers.category.length, colour: answers.colour.length };
  return { size, channels, groups, answers: counts };
}

interface Batch {
  readonly pixels: tf.Tensor4D;
  /** Rows of one 1 each, of zeros where a question has no answer. */
  readonly wanted: Readonly<Record<keyof Shown, tf.Tensor2D>>;
}

/** Training on views of drawings, half of them blurred; the loss is the two cross entropies' sum. */
export function judgeTask(
  r: JudgeRecipe,
  corpus: Pick<DrawnCorpus, "n" | "size" | "bytes" | "captions" | "keys">,
  answers: Answers,
): Task<Batch> {
  const { size } = corpus, config = judgeConfig(r, size, answers), shown = corpus.keys.map(shownBy);
  const pictures = { ...corpus, count: corpus.n };
  return {
    params: initialParams(judgeSpecs(config), r.seed),
    learningRate: () => r.learningRate,
    prepare(step, micro) {
      const s = stream(r.seed, "judge", step, micro), n = r.batch;
      const views = new Float32Array(n * size * size * 3);
      const chosen = Array.from({ length: n }, (_, i) => {
        const index = s.int(corpus.n);
        randomView(pictures, index, s, views, i);
        return shown[index] as Partial<Shown>;
      });
      const oneHot = (question: keyof Shown) => {
        // Nothing is at −1: a row of zeros. Cast, for wasm's kernel writes integers whatever is asked.
        const at = chosen.map((one) => answers[question].indexOf(one[question] ?? ""));
        const rows = () => tf.oneHot(tf.tensor1d(at, "int32"), answers[question].length);
        return tf.tidy(() => tf.cast(rows(), "float32")) as tf.Tensor2D;
      };
      const pixels = tf.tidy(() => halfBlurred(tf.tensor4d(views, [n, size, size, 3])));
      return { pixels, wanted: { category: oneHot("category"), colour: oneHot("colour") } };
    },
    loss(p, { pixels, wanted }) {
      const scores = judgeScores(p, config, pixels);
      const entropy = (question: keyof Shown) =>
        crossEntropy(scores[question] as tf.Tensor, wanted[question]);
      const category = entropy("category"), colour = entropy("colour");
      return { total: tf.add(category, colour) as tf.Scalar, terms: { category, colour } };
    },
    dispose: ({ pixels, wanted }) => tf.dispose([pixels, wanted.category, wanted.colour]),
  };
}

/** The first half of a batch, smoothed to half its sharpness, before the rest as it is. */
function halfBlurred(pixels: tf.Tensor4D): tf.Tensor4D {
  const [n, h, w] = pixels.shape, half = Math.floor(n / 2);
  const small = tf.avgPool(tf.slice(pixels, 0, half), 2, 2, "same") as tf.Tensor4D;
  const blurred = tf.image.resizeBilinear(small, [h, w], false, true);
  return tf.concat([blurred, tf.slice(pixels, half)]) as tf.Tensor4D;
}

/** A trained judge. */
export class DrawingJudge {
  readonly answers: Answers;
  readonly #params: Params;
  readonly #config: JudgeConfig;

  constructor(params: Params, config: JudgeConfig, answers: Answers) {
    [this.#params, this.#config, this.answers] = [params, config, answers];
  }

  /** Log-probabilities of every answer, [n, answers] of each question, of pictures [n, size, size, 3]. */
  async scores(pixels: Float32Array, most = 64): Promise<Record<keyof Shown, Float32Array>> {
    const { size } = this.#config, { category, colour } = this.answers;
    const wide = category.length + colour.length;
    const all = await inPieces(pixels, size * size * 3, wide, most, (part, n) => {
      const scores = judgeScores(this.#params, this.#config, tf.tensor4d(part, [n, size, size, 3]));
      return tf.concat(
        [scores.category, scores.colour].map((s) => tf.logSoftmax(s as tf.Tensor)),
        1,
      );
    });
    const columns = (from: number, to: number) =>
      Float32Array.from(
        { length: all.length / wide * (to - from) },
        (_, i) => all[Math.floor(i / (to - from)) * wide + from + i % (to - from)] as number,
      );
    return { category: columns(0, category.length), colour: columns(category.length, wide) };
  }

  /** What it takes pictures [n, size, size, 3] in [−1, 1] for, `most` at a time. */
  async judge(pixels: Float32Array, most = 64): Promise<Shown[]> {
    const scores = await this.scores(pixels, most);
    const best = (question: keyof Shown, i: number) => {
      const answers = this.answers[question], { length } = answers;
      const row = scores[question].subarray(i * length, (i + 1) * length);
      return answers[row.indexOf(Math.max(...row))] as string;
    };
    const count = scores.category.length / this.answers.category.length;
    return Array.from(
      { length: count },
      (_, i) => ({ category: best("category", i), colour: best("colour", i) }),
    );
  }

  dispose(): void {
    tf.dispose(this.#params);
  }
}

/**
 * R-precision: how often, of each picture's own caption and `others` captions that say another kind or
 * colour, drawn at random, the judge finds its own the most likely: log p(kind) + log p(colour).
 */
export async function rPrecision(
  judge: DrawingJudge,
  pixels: Float32Array,
  shown: readonly Shown[],
  others: number,
  s: Stream,
): Promise<number> {
  const { category, colour } = judge.answers;
  const { category: kinds, colour: paints } = await judge.scores(pixels);
  const likely = (i: number, one: Shown) =>
    (kinds[i * category.length + category.indexOf(one.category)] as number) +
    (paints[i * colour.length + colour.indexOf(one.colour)] as number);
  const found = shown.filter((own, i) => {
    const different = shown.filter((one) =>
      one.category !== own.category || one.colour !== own.colour
    );
    const order = s.permutation(different.length).subarray(0, others);
    return order.every((j) => likely(i, different[j] as Shown) < likely(i, own));
  });
  return found.length / shown.length;
}

/** How often what was judged is what is shown. Throws on lists of different lengths, and empty ones. */
export function rightly(judged: readonly Shown[], shown: readonly Shown[]): Rightly {
  const n = shown.length;
  if (n === 0 || judged.length !== n) {
    throw new Error(
      `rightly: expected a judgement for each of some pictures, found ${judged.length} for ${n}`,
    );
  }
  const share = (right: (a: Shown, b: Shown) => boolean) =>
    judged.filter((one, i) => right(one, shown[i] as Shown)).length / n;
  const category = (a: Shown, b: Shown) => a.category === b.category;
  const colour = (a: Shown, b: Shown) => a.colour === b.colour;
  return {
    pictures: n,
    category: share(category),
    colour: share(colour),
    both: share((a, b) => category(a, b) && colour(a, b)),
  };
}

/** Held-out drawings whose caption names what they show, and that may be drawn by a model. */
export function askable(corpus: Pick<DrawnCorpus, "captions" | "keys">): {
  at: number[];
  captions: string[];
  shown: Shown[];
} {
  const at: number[] = [], captions: string[] = [], shown: Shown[] = [];
  for (const [i, key] of corpus.keys.entries()) {
    const { category, colour } = shownBy(key), caption = corpus.captions[i] as string;
    if (colour === undefined || !new RegExp(`\\b${colour}\\b`, "i").test(caption)) continue;
    at.push(i);
    captions.push(caption);
    shown.push({ category, colour });
  }
  return { at, captions, shown };
}
