import type { LossWeights } from "../losses/total.ts";

/** A row of the ablation: which losses train the model. */
export interface Row {
  readonly title: string;
  readonly weights: LossWeights;
}

const row = (
  title: string,
  itc: number,
  is: number,
  rsc: number,
  direction: LossWeights["direction"] = "both",
): Row => ({
  title,
  weights: { itc, is, rsc, direction },
});

/**
 * The rows of the ablation. INFERRED: the paper's abstract names the three losses; which
 * combinations it tabulates is not public.
 */
export const rows = {
  A0: row("pretrained", 0, 0, 0),
  A1: row("ITC", 1, 0, 0),
  A2: row("IS", 0, 1, 0),
  A3: row("ITC + IS", 1, 1, 0),
  A4: row("ITC + IS + RSC, CLIP teaches", 1, 1, 1, "c2d"),
  A5: row("ITC + IS + RSC, diffusion teaches", 1, 1, 1, "d2c"),
  A6: row("UniDiff: ITC + IS + RSC", 1, 1, 1, "both"),
} as const satisfies Record<string, Row>;

export type RowId = keyof typeof rows;

/** The row called `name`; throws an error that lists the rows there are. */
export function rowOf(name: string): Row & { readonly id: RowId } {
  if (!Object.hasOwn(rows, name)) {
    throw new Error(`row "${name}" is not known; expected one of ${Object.keys(rows).join(", ")}`);
  }
  const id = name as RowId;
  return { id, ...rows[id] };
}
