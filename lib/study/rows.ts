import { type LossWeights, rscForms } from "../losses/mod.ts";
import type { RscConfig, TowerRates } from "../train/mod.ts";
import type { Preset, TrainConfig } from "./preset.ts";

/** A row of the ablation: which losses train the model, and what else it changes of the preset. */
export interface Row {
  readonly title: string;
  readonly weights: LossWeights;
  readonly rsc?: Partial<RscConfig>;
  readonly learningRates?: Partial<TowerRates>;
  /** Share of the trained weights in an average with the start (WiSE-FT); 1 unless given. */
  readonly keep?: number;
  /** The row whose chosen settings it takes, where it chooses none of its own (tuning.ts). */
  readonly settingsOf?: "A3";
}

const row = (
  title: string,
  itc: number,
  is: number,
  rsc: number,
  direction: LossWeights["direction"] = "both",
  changes: Partial<Row> = {},
): Row => ({
  title,
  weights: { itc, is, rsc, direction },
  ...changes,
});

const form = (letter: keyof typeof rscForms): Row =>
  row(`ITC + IS + RSC, ${rscForms[letter]}`, 1, 1, 1, "both", { rsc: { form: letter } });

/**
 * The rows of the ablation. INFERRED: the paper's abstract names the three losses; which
 * combinations it tabulates is not public.
 *
 * A7 are the other candidates for RSC (losses/rsc.ts), A9 the controls that could explain
 * RSC away. WiSE-FT: Wortsman et al. 2022, weights half way between the start and the tuned ones.
 * A9z goes through RSC's forward and backward pass and weighs it by zero: it ends in A3's numbers, and
 * its curve says what RSC does where nobody asks for it. A9s is A6 at the settings that were chosen for
 * A3: between these two nothing differs but RSC.
 */
export const rows = {
  A0: row("pretrained", 0, 0, 0),
  A1: row("ITC", 1, 0, 0),
  A2: row("IS", 0, 1, 0),
  A3: row("ITC + IS", 1, 1, 0),
  A4: row("ITC + IS + RSC, CLIP teaches", 1, 1, 1, "c2d"),
  A5: row("ITC + IS + RSC, diffusion teaches", 1, 1, 1, "d2c"),
  A6: row("UniDiff: ITC + IS + RSC", 1, 1, 1, "both"),
  A7b: form("b"),
  A7c: form("c"),
  A7d: form("d"),
  A7e: form("e"),
  A7f: form("f"),
  A9s: row("ITC + IS + RSC at A3's settings", 1, 1, 1, "both", { settingsOf: "A3" }),
  A9t: row("ITC + IS, text tower frozen", 1, 1, 0, "both", { learningRates: { text: 0 } }),
  A9w: row("ITC + IS, averaged with the start", 1, 1, 0, "both", { keep: 0.5, settingsOf: "A3" }),
  A9z: {
    title: "ITC + IS, RSC at weight zero",
    weights: { itc: 1, is: 1, rsc: 0, direction: "both", watchRsc: true },
    settingsOf: "A3",
  },
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

/** How a row trains: the preset's settings with the row's own over them. */
export function trainingOf({ train }: Preset, { rsc, learningRates }: Row): TrainConfig {
  return {
    ...train,
    rsc: { ...train.rsc, ...rsc },
    learningRates: { ...train.learningRates, ...learningRates },
  };
}

/** The weights of a row's losses: λ of the preset where the row has the loss on. */
export function weightsOf({ lambda }: Preset, { weights }: Row): LossWeights {
  return {
    ...weights,
    itc: weights.itc * lambda.itc,
    is: weights.is * lambda.is,
    rsc: weights.rsc * lambda.rsc,
  };
}
