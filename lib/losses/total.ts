import { tf } from "../runtime/mod.ts";
import type { Direction } from "./reciprocal.ts";

/** Weights of the three losses; zero leaves a loss (and all it would cost) out. */
export interface LossWeights {
  readonly itc: number;
  readonly is: number;
  readonly rsc: number;
  /** RSC is computed, and its value kept, although its weight is zero. */
  readonly watchRsc?: boolean;
  readonly direction: Direction;
}

/** The terms of one step, as far as they were computed. */
export type LossTerms = Partial<Record<"itc" | "is" | "rsc", tf.Scalar>>;

/** L = λ_itc·ITC + λ_is·IS + λ_rsc·RSC over the terms present (INFERRED weighting; scalar). */
export function totalLoss(terms: LossTerms, weights: LossWeights): tf.Scalar {
  const parts = (["itc", "is", "rsc"] as const).flatMap((name) => {
    const term = terms[name];
    return term === undefined ? [] : [tf.mul(term, weights[name])];
  });
  if (parts.length === 0) throw new Error("totalLoss: expected at least one loss term, found none");
  return tf.addN(parts) as tf.Scalar;
}
