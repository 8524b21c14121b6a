/** Whether drawn pictures show what their captions say, by judges that no row can please. */
import { attributeTasks, labelsOf } from "../attributes.ts";
import { fitClassifier, fitScorer, type Scorer, scoresOf, type Seen, seen } from "../judge.ts";
import { recallAtK, retrieval } from "../retrieval.ts";
import { applyRidge } from "../ridge.ts";
import { mean } from "../statistics.ts";
import { accuracyOf } from "../zero_shot.ts";
import { named } from "./discriminative.ts";
import {
  type Measure,
  NotMeasurable,
  type RealPictures,
  type Subject,
  type Visual,
} from "./subject.ts";

const look = ({ features, dim, colours }: Visual): Seen => seen(features, dim, colours);

/** The split that strengths are chosen on: never the one that is measured on. */
async function judging(subject: Subject): Promise<RealPictures> {
  const validation = await subject.real("validation");
  return validation.captions.length > 0 ? validation : await subject.real("train");
}

/** CLIP-score and R-precision by the project's own scorer. */
export const scorerMeasure: Measure = {
  name: "scorer",
  title: "CLIP-score and R-precision under a frozen scorer that no row tunes",
  ofDrawn: true,
  async compute(subject) {
    if (subject.config.samples === 0) throw new NotMeasurable("no picture was to be drawn");
    const training = await subject.real("train"), chosenOn = await judging(subject);
    const scorer = fitScorer(
      look(training.visual),
      training.captions,
      look(chosenOn.visual),
      chosenOn.captions,
    );
    const real = await subject.real("measured"), { prompts } = await subject.drawn();
    const candidates = [...new Set(real.captions)];
    const drawn = judgedPairs(scorer, look(await subject.drawnVisual()), prompts, candidates);
    const actual = judgedPairs(scorer, look(real.visual), real.captions, candidates);
    return {
      metrics: {
        "generation.samples": prompts.length,
        ...named("scorer", drawn),
        ...named("scorer.real", actual),
        "scorer.candidates": candidates.length,
        "scorer.words": scorer.space.weights.length,
      },
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
  return {
    /** 100 · max(cosine, 0), as CLIP-score is defined (Hessel et al. 2021, without its factor 2.5). */
    score: mean(own.map((cosine) => 100 * Math.max(0, cosine))),
    /** The same with every candidate: what a picture of anything gets. */
    anything: mean(scores.map((cosine) => 100 * Math.max(0, cosine))),
    r1: recallAtK(ranks, 1),
    r5: recallAtK(ranks, 5),
    r10: recallAtK(ranks, 10),
  };
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
    const training = await subject.real("train"), chosenOn = await judging(subject);
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
