import { labelledSimilarity, probeDraws } from "../diffusion_classifier.ts";
import {
  type BothWays,
  type IsPositive,
  ownPair,
  retrieval,
  retrievalBothWays,
  retrievalInSet,
  retrievalMetrics,
  sameEither,
  sameLabel,
} from "../retrieval.ts";
import { transposed } from "../linalg.ts";
import { stream } from "../../runtime/mod.ts";
import { numbered } from "./clusters.ts";
import {
  type EmbeddedSet,
  type Findings,
  type Measure,
  NotMeasurable,
  type Subject,
} from "./subject.ts";

async function of(subject: Subject, set: EmbeddedSet, match: IsPositive): Promise<BothWays> {
  const { images, texts } = await subject.embedded(set);
  return retrievalBothWays(images, texts, subject.model.config.clip.projection, match);
}

function found(result: BothWays, prefix: string): Findings {
  return {
    metrics: retrievalMetrics(result, prefix),
    queries: {
      [`${prefix}.i2t.rank`]: result.i2t.ranks,
      [`${prefix}.t2i.rank`]: result.t2i.ranks,
    },
  };
}

/** Among the split, or the whole set. */
async function retrieved(subject: Subject, captions: readonly string[]): Promise<BothWays> {
  if (subject.config.gallery !== "set") return await of(subject, "test", sameLabel(captions));
  const { projection } = subject.model.config.clip, set = await subject.gallery();
  return retrievalInSet(
    { ...await subject.embedded("test"), captions },
    { ...await subject.embedded("gallery"), captions: set.captions, measured: set.measured },
    projection,
  );
}

/** Retrieval within the measured split; an equal caption is a true match. */
export const retrievalMeasure: Measure = {
  name: "retrieval",
  title: "R@K, ranks and mAP between pictures and captions, equal captions as true matches",
  ofDrawn: false,
  async compute(subject) {
    const { captions, products } = await subject.test();
    const { metrics, queries } = found(await retrieved(subject, captions), "retrieval");
    // Queries of one product are no independent ones: intervals draw products.
    return { metrics, queries: { ...queries, product: numbered(products) } };
  },
};

/** Retrieval on drawn pictures that no row is tuned on. */
export const outsideMeasure: Measure = {
  name: "outside",
  title: "the same on drawn pictures that no row was tuned on: what is forgotten",
  ofDrawn: false,
  async compute(subject) {
    const { captions } = await subject.outside();
    if (captions.length === 0) throw new NotMeasurable("no pictures outside the tuned set");
    return found(await of(subject, "outside", sameLabel(captions)), "forgetting");
  },
};

/** Retrieval on other sets as they are, each within itself: the first picture of each caption. */
export const otherSetsMeasure: Measure = {
  name: "other-sets",
  title: "the same on real sets that the model was not tuned on, named by --others",
  ofDrawn: false,
  async compute(subject) {
    const sets = await subject.others();
    if (sets.length === 0) throw new NotMeasurable("no other sets are named (--others)");
    const { projection } = subject.model.config.clip;
    const findings = sets.map(({ name, images, texts, products }) => {
      const prefix = `others.${name}`;
      const { metrics, queries } = found(
        retrievalBothWays(images, texts, projection, ownPair),
        prefix,
      );
      return { metrics, queries: { ...queries, [`${prefix}.product`]: numbered(products) } };
    });
    return {
      metrics: Object.assign({}, ...findings.map(({ metrics }) => metrics)),
      queries: Object.assign({}, ...findings.map(({ queries }) => queries)),
    };
  },
};

/** How much retrieval outside the tuned set fell from the starting model. */
export const dropMeasure: Measure = {
  name: "drop",
  title: "retrieval outside the tuned set, the starting model's minus the tuned one's",
  ofDrawn: false,
  async compute(subject) {
    const { captions } = await subject.outside(), { projection } = subject.model.config.clip;
    const before = await subject.embedded("outside", "start");
    const after = await of(subject, "outside", sameLabel(captions));
    const start = retrievalBothWays(
      before.images,
      before.texts,
      projection,
      sameLabel(captions),
    );
    return { metrics: difference(start, after, "drop") };
  },
};

/** How much better training pictures are retrieved than test pictures, in galleries of equal size. */
export const gapMeasure: Measure = {
  name: "gap",
  title: "retrieval of training pictures minus that of test pictures, galleries of equal size",
  ofDrawn: false,
  async compute(subject) {
    const training = await subject.training(), { captions } = await subject.test();
    const size = training.captions.length, { projection } = subject.model.config.clip;
    const cut = (x: Float32Array) => x.subarray(0, size * projection);
    const test = await subject.embedded("test");
    const own = retrievalBothWays(
      cut(test.images),
      cut(test.texts),
      projection,
      sameLabel(captions.slice(0, size)),
    );
    const seen = await of(subject, "training", sameLabel(training.captions));
    return { metrics: { ...difference(seen, own, "gap"), "gap.gallery": size } };
  },
};

function difference(a: BothWays, b: BothWays, prefix: string): Record<string, number> {
  const metrics: Record<string, number> = {};
  for (const way of ["i2t", "t2i"] as const) {
    for (const k of ["r1", "r5", "r10"] as const) {
      metrics[`${prefix}.${way}.${k}`] = a[way].recall[k] - b[way].recall[k];
    }
  }
  metrics[`${prefix}.recallSum`] = a.recallSum - b.recallSum;
  return metrics;
}

/** Retrieval under the other two ways of counting. */
export const countingMeasure: Measure = {
  name: "counting",
  title: "retrieval with one true match each (as open_clip counts), and with all of a product",
  ofDrawn: false,
  async compute(subject) {
    const { captions, products } = await subject.test();
    return {
      metrics: {
        ...retrievalMetrics(await of(subject, "test", ownPair), "single"),
        ...retrievalMetrics(await of(subject, "test", sameEither(captions, products)), "product"),
      },
    };
  },
};

/** Pictures and captions of the generative probe. */
export const PROBE = { pictures: 16, draws: 8 } as const;

/** Retrieval by the diffusion model: which caption explains a picture's noise best. */
export const probeMeasure: Measure = {
  name: "probe",
  title: `retrieval by the diffusion model's own error on ${PROBE.pictures} test pictures`,
  ofDrawn: false,
  async compute(subject) {
    const { captions, latents } = await subject.test(), { seed } = subject.config;
    // Distinct captions, so that each picture has one true match.
    const order = stream(seed, "probe").permutation(captions.length);
    const first = new Map<string, number>();
    for (const i of order) if (!first.has(captions[i]!)) first.set(captions[i]!, i);
    const chosen = [...first.values()].slice(0, PROBE.pictures), n = chosen.length;
    if (n < 2) throw new NotMeasurable("1 distinct caption, expected at least 2 to choose among");
    const similarity = await labelledSimilarity(
      subject.model,
      latents,
      chosen,
      chosen.map((i) => captions[i]!),
      probeDraws(subject.model.config, PROBE.draws, seed),
      (done, all) => subject.note(`generative probe, ${done} of ${all} pictures`),
    );
    const i2t = retrieval(similarity, n, n, ownPair);
    const t2i = retrieval(transposed(similarity, n, n), n, n, ownPair);
    const sum = [i2t, t2i].flatMap(({ recall }) => Object.values(recall)).reduce((a, b) => a + b);
    return {
      metrics: {
        ...retrievalMetrics({ i2t, t2i, recallSum: sum }, "probe"),
        "probe.draws": PROBE.draws,
      },
    };
  },
};
