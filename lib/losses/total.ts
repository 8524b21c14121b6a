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
  /** What holds the model at its start, where something does: a control, no part of the method. */
  readonly anchor?: Anchor;
}

/** A pull towards the starting model; see losses/anchor.ts. */
export interface Anchor {
  readonly to: "weights" | "features" | "relations";
  readonly weight: number;
}

/** The terms of one step, as far as they were computed. */
export type LossTerms = Partial<Record<"itc" | "is" | "rsc" | "anchor", tf.Scalar>>;

/** L = λ_itc·ITC + λ_is·IS + λ_rsc·RSC (+ an anchor) over the terms present (INFERRED weighting; scalar). */
export function totalLoss(terms: LossTerms, weights: LossWeights): tf.Scalar {
  const by = { ...weights, anchor: weights.anchor?.weight ?? 0 };
  const parts = (["itc", "is", "rsc", "anchor"] as const).flatMap((name) => {
    const term = terms[name];
    return term === undefined ? [] : [tf.mul(term, by[name])];
  });
  if (parts.length === 0) throw new Error("totalLoss: expected at least one loss term, found none");
  return tf.addN(parts) as tf.Scalar;
}
