/** Whether the measures of drawing order what everyone can see: real, copied, blurred, noisy. */
import { stream, tf } from "../runtime/mod.ts";
import { evaluationRecords, type ProductRecord, trainingRecords } from "../data/mod.ts";
import {
  coverageOf,
  fitScorer,
  frechetDistance,
  halves,
  kernelDistance,
  mean,
  recallAtK,
  retrieval,
  scoresOf,
  seen,
  standardDeviation,
  takeRows,
  type Visual,
} from "../eval/mod.ts";
import { decodeLatents, embedImages, encodeLatents, type Model } from "../model/mod.ts";
import type { Cell, Table } from "../report/mod.ts";
import type { StudyContext } from "./context.ts";

/** Splits of the real pictures into halves that distances are averaged over. */
const ROUNDS = 10;

/** What is done to real pictures, from nothing to the worst. */
const WORSE = ["real", "autoencoder", "blurred", "noise"] as const;
type Worse = typeof WORSE[number];

const TITLES: Record<Worse, string> = {
  real: "the other half, as it is",
  autoencoder: "the other half, through the autoencoder",
  blurred: "the other half, blurred to 3/16 of its size",
  noise: "the other half, with noise of σ = 0.15",
};

/** Options of {@link sanityTable}. */
export interface SanityOptions {
  /** Takes at most so many of the pictures, drawn at random; all unless given. */
  readonly most?: number;
  /** Without the scorer, which needs features of all training pictures. */
  readonly unjudged?: boolean;
  readonly onDone?: (what: string) => void;
}

/** The table of a set: distances of one half of its pictures to the other half, made worse and worse. */
export async function sanityTable(
  context: StudyContext,
  dataset: string,
  { most = Infinity, unjudged = false, onDone }: SanityOptions = {},
): Promise<Table> {
  const set = await context.dataSet(dataset), model = await context.model();
  const fronts = set.records.filter(({ attributes }) => (attributes.view ?? "front") === "front");
  const order = stream(0, "sanity").permutation(fronts.length);
  const records = Array.from(order.subarray(0, Math.min(most, order.length)), (i) => fronts[i]!);
  const pixels = await context.pixelsOf(dataset, records);
  const products = records.map(({ product }) => product);
  const seenAs = {} as Record<Worse, Visual & { clip: Float32Array }>;
  for (const how of WORSE) {
    const worse = await worsened(model, pixels, how);
    seenAs[how] = { ...await context.visual(worse), clip: await embedImages(model, worse) };
    onDone?.(how);
  }
  const { dim } = seenAs.real, { projection } = model.config.clip;
  const sizes: number[] = [], found = new Map<string, number[]>();
  const note = (key: string, value: number) => found.set(key, [...found.get(key) ?? [], value]);
  for (let round = 0; round < ROUNDS; round++) {
    const [a, b] = halves(products, 0, round), real = takeRows(seenAs.real.features, dim, a);
    const realClip = takeRows(seenAs.real.clip, projection, a);
    sizes.push(a.length);
    for (const how of WORSE) {
      const other = takeRows(seenAs[how].features, dim, b);
      note(`${how} kid`, kernelDistance(other, real, dim));
      note(`${how} fid`, frechetDistance(other, real, dim));
      const clip = takeRows(seenAs[how].clip, projection, b);
      note(`${how} clip-fid`, frechetDistance(clip, realClip, projection));
      for (const [key, value] of Object.entries(coverageOf(real, other, dim))) {
        note(`${how} ${key}`, value);
      }
    }
  }
  const judged = unjudged ? undefined : await judgedTest(context, dataset, records, seenAs);
  const summary = (key: string): Cell => {
    const values = found.get(key)!;
    return { mean: mean(values), std: standardDeviation(values), n: values.length };
  };
  const measures = ["kid", "fid", "clip-fid", "precision", "recall", "density", "coverage"];
  const { name } = await context.extractor();
  return {
    title: `Measures of drawing on real pictures of ${set.name}`,
    note: `${records.length} pictures of ${new Set(products).size} products at ` +
      `${model.config.imageSize} pixels; mean ± deviation over ${ROUNDS} splits by product into ` +
      `halves of ${Math.round(mean(sizes))}. Features: ${name}. CLIP-FID: the miniature's own ` +
      "CLIP." +
      (judged === undefined
        ? ""
        : ` Scorer: fitted to the training pictures, measured on ${judged.pictures} test ` +
          `pictures with ${judged.candidates} distinct captions.`),
    columns: [
      { key: "what", title: "one half against", align: "left", format: "text" },
      ...measures.map((key) => ({
        key,
        title: { kid: "KID", fid: "FID", "clip-fid": "CLIP-FID" }[key] ?? key,
        align: "right" as const,
        format: { digits: key === "kid" || key === "fid" ? 2 : 3 },
        better: key.endsWith("id") ? "lower" as const : "higher" as const,
      })),
      ...(judged === undefined ? [] : ["score", "r1", "r5"]).map((key) => ({
        key,
        title: key === "score" ? "score" : key.replace("r", "R-precision@"),
        group: "scorer",
        align: "right" as const,
        format: { digits: 1, scale: key === "score" ? 1 : 100 },
        better: "higher" as const,
      })),
    ],
    rows: WORSE.map((how) => ({
      what: TITLES[how],
      ...Object.fromEntries(measures.map((key) => [key, summary(`${how} ${key}`)])),
      ...judged?.rows[how],
    })),
  };
}

/** What the frozen scorer says of the test pictures, made worse and worse. */
async function judgedTest(
  context: StudyContext,
  dataset: string,
  records: readonly ProductRecord[],
  visual: Record<Worse, Visual>,
) {
  const set = await context.dataSet(dataset);
  const training = await context.real(dataset, "train");
  const validation = await context.real(dataset, "validation");
  const look = ({ features, dim, colours }: Visual, at?: readonly number[]) =>
    at === undefined
      ? seen(features, dim, colours)
      : seen(takeRows(features, dim, at), dim, takeRows(colours, 48, at));
  const chosenOn = validation.captions.length > 0 ? validation : training;
  const scorer = fitScorer(
    look(training.visual),
    trainingRecords(set).map(({ captions }) => captions[0]!),
    look(chosenOn.visual),
    chosenOn.captions,
  );
  const test = evaluationRecords(set, "test").filter((record) => records.includes(record));
  const at = test.map((record) => records.indexOf(record));
  const captions = test.map(({ captions }) => captions[0]!), candidates = [...new Set(captions)];
  const rows = Object.fromEntries(WORSE.map((how) => {
    const scores = scoresOf(scorer, look(visual[how], at), candidates), m = candidates.length;
    const own = captions.map((caption, i) => scores[i * m + candidates.indexOf(caption)]!);
    const { ranks } = retrieval(
      scores,
      captions.length,
      m,
      (i, j) => captions[i] === candidates[j],
    );
    return [how, {
      score: mean(own.map((cosine) => 100 * Math.max(0, cosine))),
      r1: recallAtK(ranks, 1),
      r5: recallAtK(ranks, 5),
    }];
  }));
  return { rows, pictures: captions.length, candidates: candidates.length };
}

/** Pixels [n, s, s, 3] made worse, in 256 levels. */
async function worsened(model: Model, pixels: Float32Array, how: Worse): Promise<Float32Array> {
  if (how === "real") return pixels;
  const size = model.config.imageSize, n = pixels.length / (size * size * 3);
  let worse: Float32Array;
  if (how === "autoencoder") worse = await decodeLatents(model, await encodeLatents(model, pixels));
  else if (how === "noise") {
    const draws = stream(0, "sanity-noise");
    // σ = 0.15 of values from 0 to 1 is 0.3 of values from −1 to 1.
    worse = pixels.map((value) => value + 0.3 * draws.normal());
  } else {
    const small = Math.round(size * 3 / 16);
    const blurred = tf.tidy(() => {
      const x = tf.tensor4d(pixels, [n, size, size, 3]);
      const down = tf.image.resizeBilinear(x, [small, small], false, true);
      return tf.image.resizeBilinear(down, [size, size], false, true);
    });
    worse = await blurred.data<"float32">();
    blurred.dispose();
  }
  return worse.map((value) =>
    Math.round((Math.min(1, Math.max(-1, value)) + 1) * 127.5) / 127.5 - 1
  );
}
