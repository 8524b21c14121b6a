/** Every measure by name, and taking several. */
import {
  ckaMeasure,
  classMapMeasure,
  collapseMeasure,
  gradientsMeasure,
  noiseMeasure,
  teachersMeasure,
  zeroShotMeasure,
} from "./discriminative.ts";
import {
  clipFidMeasure,
  coverageMeasure,
  diversityMeasure,
  fidMeasure,
  kidMeasure,
  memorisationMeasure,
} from "./generative.ts";
import { attributesMeasure, scorerMeasure } from "./judged.ts";
import {
  countingMeasure,
  dropMeasure,
  gapMeasure,
  otherSetsMeasure,
  outsideMeasure,
  probeMeasure,
  retrievalMeasure,
} from "./retrieval.ts";
import { type Findings, type Measure, NotMeasurable, type Subject } from "./subject.ts";

/** All measures, in the order in which they are taken. */
export const measures: readonly Measure[] = [
  retrievalMeasure,
  outsideMeasure,
  noiseMeasure,
  collapseMeasure,
  kidMeasure,
  countingMeasure,
  zeroShotMeasure,
  dropMeasure,
  otherSetsMeasure,
  gapMeasure,
  classMapMeasure,
  ckaMeasure,
  teachersMeasure,
  gradientsMeasure,
  probeMeasure,
  fidMeasure,
  clipFidMeasure,
  coverageMeasure,
  scorerMeasure,
  attributesMeasure,
  memorisationMeasure,
  diversityMeasure,
];

/** The measures that a run takes by itself: those that cost little beside its training. */
export const DEFAULT_MEASURES = [
  "retrieval",
  "outside",
  "noise",
  "collapse",
  "kid",
  "gap",
  "class-map",
] as const;

/** The measures of some names, in their order here; throws on an unknown one, naming all there are. */
export function measuresOf(names: readonly string[]): Measure[] {
  const unknown = names.find((wanted) => !measures.some(({ name }) => name === wanted));
  if (unknown !== undefined) {
    throw new Error(
      `measure "${unknown}" is not known; expected some of ${
        measures.map(({ name }) => name).join(", ")
      }`,
    );
  }
  return measures.filter(({ name }) => names.includes(name));
}

/** What one or several measures found. */
export interface Taken extends Required<Findings> {
  /** Measures that this data has nothing for, with the reason. */
  readonly left: Record<string, string>;
}

/** Takes measures one after the other; one that this data has nothing for is left out with its reason. */
export async function takeMeasures(subject: Subject, wanted: readonly Measure[]): Promise<Taken> {
  const taken: Taken = { metrics: {}, queries: {}, left: {} };
  for (const { name, compute } of wanted) {
    await subject.note(name);
    try {
      const { metrics, queries } = await compute(subject);
      Object.assign(taken.metrics, metrics);
      Object.assign(taken.queries, queries);
    } catch (error) {
      if (!(error instanceof NotMeasurable)) throw error;
      taken.left[name] = error.message;
    }
  }
  return taken;
}
