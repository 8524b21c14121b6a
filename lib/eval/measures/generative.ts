/** Distances between drawn and real pictures, and what they are to be read beside. */
import { embedImages } from "../../model/mod.ts";
import { coverageOf, frechetDistance, kernelDistanceSpread } from "../generation.ts";
import { countRows, distances } from "../linalg.ts";
import { diversity, memorisation } from "../neighbours.ts";
import { frechetFloor, kernelFloor } from "../split_half.ts";
import { stream } from "../../runtime/mod.ts";
import { mean } from "../statistics.ts";
import { named } from "./discriminative.ts";
import { type Measure, NotMeasurable, type Subject } from "./subject.ts";

/** Neighbours whose distance makes the balls of precision and recall. */
const NEIGHBOURS = 5;

/** Features of drawn and of real pictures, and how many there are, under the keys of every file. */
async function both(subject: Subject) {
  if (subject.config.samples === 0) throw new NotMeasurable("no picture was to be drawn");
  const drawn = await subject.drawnVisual(), real = await subject.real("measured");
  const { dim } = drawn, samples = countRows(drawn.features, dim);
  const pictures = countRows(real.visual.features, dim);
  if (Math.min(samples, pictures) < 4) {
    throw new NotMeasurable(
      `${samples} drawn and ${pictures} real pictures, expected at least 4 of each; ` +
        "draw more (--samples)",
    );
  }
  const counts = { "generation.samples": samples, "generation.real": pictures };
  const { visual, products } = real;
  return { drawn: drawn.features, real: visual.features, dim, products, counts };
}

/** The main number of drawing. */
export const kidMeasure: Measure = {
  name: "kid",
  title: "KID of drawn to real pictures, its spread over subsets, and between real halves",
  ofDrawn: true,
  async compute(subject) {
    const { drawn, real, dim, products, counts } = await both(subject);
    const { seed } = subject.config;
    const { kid, std, subset } = kernelDistanceSpread(drawn, real, dim, { seed });
    const floor = kernelFloor(real, dim, products, { seed });
    return {
      metrics: {
        ...counts,
        kid,
        "kid.std": std,
        "kid.subset": subset,
        "kid.floor": floor.mean,
        "kid.floor.std": floor.std,
      },
    };
  },
};

/** Fréchet distance with the least that it could be at this count. */
export const fidMeasure: Measure = {
  name: "fid",
  title: "FID, and at half of the real pictures' count beside that of two real halves",
  ofDrawn: true,
  async compute(subject) {
    const { drawn, real, dim, products, counts } = await both(subject);
    const { floor, half, pictures } = frechetFloor(real, drawn, dim, products, {
      seed: subject.config.seed,
    });
    return {
      metrics: {
        ...counts,
        fid: frechetDistance(drawn, real, dim),
        "fid.half": half,
        "fid.floor": floor,
        "fid.pictures": pictures,
      },
    };
  },
};

/** Fréchet distance in the features of a CLIP. */
export const clipFidMeasure: Measure = {
  name: "clip-fid",
  title: "FID in image embeddings of the starting model's CLIP (frozen, not independent)",
  ofDrawn: true,
  async compute(subject) {
    const { clip, imageSize } = subject.start.config, side = clip.vision.imageSize;
    if (side !== imageSize) {
      throw new NotMeasurable(
        `CLIP sees ${side} pixels and pictures have ${imageSize}; CLIP-FID needs both alike`,
      );
    }
    if (subject.config.samples === 0) throw new NotMeasurable("no picture was to be drawn");
    const { pixels } = await subject.drawn(), dim = clip.projection;
    const drawn = await embedImages(subject.start, pixels);
    const real = (await subject.embedded("test", "start")).images;
    const { products } = await subject.test();
    const { floor, half } = frechetFloor(real, drawn, dim, products, {
      seed: subject.config.seed,
    });
    return {
      metrics: {
        "generation.samples": countRows(drawn, dim),
        "generation.real": countRows(real, dim),
        "clip-fid": frechetDistance(drawn, real, dim),
        "clip-fid.half": half,
        "clip-fid.floor": floor,
      },
    };
  },
};

/** Quality and variety apart. */
export const coverageMeasure: Measure = {
  name: "coverage",
  title: `precision, recall, density and coverage by ${NEIGHBOURS} neighbours`,
  ofDrawn: true,
  async compute(subject) {
    const { drawn, real, dim, counts } = await both(subject);
    const least = Math.min(counts["generation.samples"], counts["generation.real"]);
    if (least <= NEIGHBOURS) {
      throw new NotMeasurable(`${least} pictures, expected more than ${NEIGHBOURS} neighbours`);
    }
    return {
      metrics: { ...counts, ...named("coverage", coverageOf(real, drawn, dim, NEIGHBOURS)) },
    };
  },
};

/** Prompts, and pictures of each, whose variety is measured. */
export const DIVERSITY = { prompts: 16, draws: 4 } as const;

/** Whether one prompt gives different pictures. */
export const diversityMeasure: Measure = {
  name: "diversity",
  title: `mean feature distance between ${DIVERSITY.draws} pictures of one prompt`,
  ofDrawn: true,
  async compute(subject) {
    const { captions } = await subject.test(), distinct = [...new Set(captions)].sort();
    const order = stream(subject.config.seed, "diversity").permutation(distinct.length);
    const chosen = Array.from(order.subarray(0, DIVERSITY.prompts), (i) => distinct[i]!);
    const prompts = chosen.flatMap((prompt) => new Array<string>(DIVERSITY.draws).fill(prompt));
    const { features, dim } = await subject.visual(await subject.draw("diversity", prompts));
    const real = (await subject.real("measured")).visual.features, n = countRows(real, dim);
    const between = distances(real, real, dim);
    return {
      metrics: {
        diversity: diversity(features, dim, prompts),
        // Pictures of different captions: more than those of one prompt should differ by.
        "diversity.real": mean(between) * n / (n - 1),
        "diversity.prompts": chosen.length,
        "diversity.draws": DIVERSITY.draws,
      },
    };
  },
};

/** Whether training pictures come back. */
export const memorisationMeasure: Measure = {
  name: "memorisation",
  title: "distance of drawn pictures to the nearest training picture, beside that of test pictures",
  ofDrawn: true,
  async compute(subject) {
    const { drawn, real, dim, counts } = await both(subject);
    const training = (await subject.real("train")).visual.features;
    const found = memorisation(drawn, real, training, dim);
    return { metrics: { ...counts, ...named("memorisation", found) } };
  },
};
