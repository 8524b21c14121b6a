/** Whether drawn pictures show what their captions say, by judges that no row can please. */
import { attributeTasks, labelsOf } from "../attributes.ts";
import { fitClassifier, fitScorer, type Scorer, scoresOf, type Seen, seen } from "../judge.ts";
import { takeRows } from "../linalg.ts";
import { recallAtK, retrieval } from "../retrieval.ts";
import { applyRidge } from "../ridge.ts";
import { mean } from "../statistics.ts";
import { stream } from "../../runtime/mod.ts";
import { accuracyOf } from "../zero_shot.ts";
import { numbered } from "./clusters.ts";
import { named } from "./discriminative.ts";
import {
  type Measure,
  NotMeasurable,
  type RealPictures,
  type Subject,
  type Visual,
} from "./subject.ts";

const look = ({ features, dim, colours }: Visual): Seen => seen(features, dim, colours);

/** Of how many training products one is held back to choose strengths, where there is no validation split. */
const HELD_BACK = 5;

/** What judges are fitted to and what their strengths are chosen on; nothing of what is measured. */
async function judging(
  subject: Subject,
): Promise<{ fitted: RealPictures; chosenOn: RealPictures }> {
  const training = await subject.real("train"), validation = await subject.real("validation");
  if (validation.captions.length > 0) return { fitted: training, chosenOn: validation };
  const products = [...new Set(training.products)].sort();
  const order = stream(0, "judging").permutation(products.length);
  const held = new Set(
    Array.from(order).slice(0, Math.ceil(products.length / HELD_BACK)).map((i) => products[i]!),
  );
  const part = (wanted: boolean) =>
    some(
      training,
      [...training.products.keys()].filter((i) => held.has(training.products[i]!) === wanted),
    );
  return { fitted: part(false), chosenOn: part(true) };
}

/** The pictures at some places. */
function some(
  { captions, products, attributes, visual }: RealPictures,
  at: number[],
): RealPictures {
  const { features, dim, colours } = visual;
  return {
    captions: at.map((i) => captions[i]!),
    products: at.map((i) => products[i]!),
    attributes: at.map((i) => attributes[i]!),
    visual: {
      features: takeRows(features, dim, at),
      dim,
      colours: takeRows(colours, colours.length / captions.length, at),
    },
  };
}

/** CLIP-score and R-precision by the project's own scorer. */
export const scorerMeasure: Measure = {
  name: "scorer",
  title: "CLIP-score and R-precision under a frozen scorer that no row tunes",
  ofDrawn: true,
  async compute(subject) {
    if (subject.config.samples === 0) throw new NotMeasurable("no picture was to be drawn");
    const { fitted: training, chosenOn } = await judging(subject);
    const scorer = fitScorer(
      look(training.visual),
      training.captions,
      look(chosenOn.visual),
      chosenOn.captions,
    );
    const real = await subject.real("measured"), { prompts, of } = await subject.drawn();
    const candidates = [...new Set(real.captions)];
    const drawn = judgedPairs(scorer, look(await subject.drawnVisual()), prompts, candidates);
    const actual = judgedPairs(scorer, look(real.visual), real.captions, candidates);
    return {
      metrics: {
        "generation.samples": prompts.length,
        ...named("scorer", drawn.shares),
        ...named("scorer.real", actual.shares),
        "scorer.candidates": candidates.length,
        "scorer.words": scorer.space.weights.length,
      },
      queries: { "scorer.rank": drawn.ranks, "scorer.product": numbered(real.products, of) },
    };
  },
};

/** Scores and ranks of pictures among candidate captions, each picture with its own. */
function judgedPairs(
  scorer: Scorer,
  pictures: Seen,
  captions: readonly string[],
  candidates: readonly string[],
) {
  const n = captions.length, m = candidates.length;
  const scores = scoresOf(scorer, pictures, candidates);
  const own = captions.map((caption, i) => scores[i * m + candidates.indexOf(caption)] as number);
  const { ranks } = retrieval(scores, n, m, (i, j) => captions[i] === candidates[j]);
  const shares = {
    /** 100 · max(cosine, 0), as CLIP-score is defined (Hessel et al. 2021, without its factor 2.5). */
    score: mean(own.map((cosine) => 100 * Math.max(0, cosine))),
    /** The same with every candidate: what a picture of anything gets. */
    anything: mean(scores.map((cosine) => 100 * Math.max(0, cosine))),
    r1: recallAtK(ranks, 1),
    r5: recallAtK(ranks, 5),
    r10: recallAtK(ranks, 10),
  };
  return { ranks, shares };
}

/** The least number of training pictures that a class must have to be judged. */
const LEAST = 5;

/** Whether drawn pictures have the attributes that their captions' records state. */
export const attributesMeasure: Measure = {
  name: "attributes",
  title: "attributes of drawn pictures by classifiers, whose accuracy on real ones stands beside",
  ofDrawn: true,
  async compute(subject) {
    if (subject.config.samples === 0) throw new NotMeasurable("no picture was to be drawn");
    const { fitted: training, chosenOn } = await judging(subject);
    const real = await subject.real("measured"), { of } = await subject.drawn();
    const drawn = look(await subject.drawnVisual()), metrics: Record<string, number> = {};
    const wanted = of.map((i) => real.attributes[i]!);
    for (const task of attributeTasks(training.attributes, real.attributes, LEAST)) {
      const labels = labelsOf(task, wanted), classes = task.classes.length;
      if (labels.every((own) => own.length === 0)) continue;
      const map = fitClassifier(
        look(training.visual),
        labelsOf(task, training.attributes),
        classes,
        look(chosenOn.visual),
        labelsOf(task, chosenOn.attributes),
      );
      const shown = accuracyOf(applyRidge(map, drawn.rows), classes, labels);
      const actual = accuracyOf(
        applyRidge(map, look(real.visual).rows),
        classes,
        labelsOf(task, real.attributes),
      );
      Object.assign(metrics, named(`attributes.${task.key}`, shown));
      metrics[`attributes.${task.key}.real`] = actual.accuracy;
      metrics[`attributes.${task.key}.classes`] = classes;
    }
    if (Object.keys(metrics).length === 0) {
      throw new NotMeasurable(
        `no attribute has two classes of ${LEAST} training pictures and one measured one`,
      );
    }
    return { metrics: { "generation.samples": of.length, ...metrics } };
  },
};
