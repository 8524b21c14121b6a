import { type Anchor, type LossWeights, rscForms } from "../losses/mod.ts";
import type { RscConfig, TowerRates } from "../train/mod.ts";
import type { Preset, TrainConfig } from "./preset.ts";

/** A row of the ablation: which losses train the model, and what else it changes of the preset. */
export interface Row {
  readonly title: string;
  readonly weights: LossWeights;
  readonly rsc?: Partial<RscConfig>;
  readonly learningRates?: Partial<TowerRates>;
  /** What all learning rates are multiplied by; 1 unless given. */
  readonly rate?: number;
  /** Share of the trained weights in an average with the start (WiSE-FT); 1 unless given. */
  readonly keep?: number;
  /** The row of the same training: where its run is finished, its weights are averaged. */
  readonly averages?: "A3";
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

/** A reading of RSC in which the teacher cannot drift or cheat; form a. */
const reading = (
  title: string,
  direction: LossWeights["direction"],
  rsc: Partial<RscConfig>,
  anchor?: Anchor,
): Row => {
  const { weights, ...rest } = row(`ITC + IS + RSC, ${title}`, 1, 1, 1, direction, { rsc });
  return { ...rest, weights: { ...weights, ...(anchor && { anchor }) } };
};

/** ITC + IS, held at the start. */
const held = (title: string, anchor: Anchor): Row => {
  const { weights, ...rest } = row(`ITC + IS, ${title}`, 1, 1, 0);
  return { ...rest, weights: { ...weights, anchor } };
};

/** ITC + IS, of which a share is kept in an average with the start. */
const averaged = (title: string, keep: number): Row =>
  row(`ITC + IS, ${title}`, 1, 1, 0, "both", { keep, averages: "A3" });

const form = (letter: keyof typeof rscForms): Row =>
  row(`ITC + IS + RSC, ${rscForms[letter]}`, 1, 1, 1, "both", { rsc: { form: letter } });

/**
 * The rows of the ablation. INFERRED: the paper's abstract names the three losses; which
 * combinations it tabulates is not public.
 *
 * A7 are the other candidates for RSC (losses/rsc.ts), A9 the controls that could explain
 * RSC away. WiSE-FT: Wortsman et al. 2022, weights between the start and the tuned ones (A9v, A9w, A9x).
 * A8 are readings of RSC whose teacher does not drift (held at the start) or cheat (no caption tells the
 * UNet what to see); A9f, A9h, A9l what anybody would try first against forgetting.
 * A9z goes through RSC's forward and backward pass and weighs it by zero: it ends in A3's numbers, and
 * its curve says what RSC does where nobody asks for it.
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
  A8n: reading("no caption", "both", { condition: "null" }),
  A8e: reading("early time steps", "both", { timesteps: [0, 50] }),
  A8c: reading("CLIP of the start teaches", "c2d", { teacher: "start" }),
  A8d: reading("diffusion of the start teaches, no caption", "d2c", {
    teacher: "start",
    condition: "null",
  }),
  A8b: reading("both of the start teach, no caption", "both", {
    teacher: "start",
    condition: "null",
  }),
  A8k: reading("CLIP of the start teaches and keeps its relations", "c2d", { teacher: "start" }, {
    to: "relations",
    weight: 1,
  }),
  A9f: held("features held at the start", { to: "features", weight: 1 }),
  A9h: row("ITC + IS, half the learning rates", 1, 1, 0, "both", { rate: 0.5 }),
  A9l: held("weights held at the start", { to: "weights", weight: 0.001 }),
  A9t: row("ITC + IS, text tower frozen", 1, 1, 0, "both", { learningRates: { text: 0 } }),
  A9v: averaged("a quarter of it, averaged with the start", 0.25),
  A9w: averaged("averaged with the start", 0.5),
  A9x: averaged("three quarters of it, averaged with the start", 0.75),
  A9z: {
    title: "ITC + IS, RSC at weight zero",
    weights: { itc: 1, is: 1, rsc: 0, direction: "both", watchRsc: true },
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
export function trainingOf({ train }: Preset, { rsc, learningRates, rate = 1 }: Row): TrainConfig {
  const { text, vision, unet } = { ...train.learningRates, ...learningRates };
  return {
    ...train,
    rsc: { ...train.rsc, ...rsc },
    learningRates: { text: rate * text, vision: rate * vision, unet: rate * unet },
  };
}

/** Whether a loss looks at the model as it was before tuning. */
export function needsStart({ rsc, anchor }: LossWeights, { teacher }: RscConfig): boolean {
  return anchor !== undefined || (rsc > 0 && teacher === "start");
}

/** Whether a run keeps the model that it starts from beside the one that it tunes. */
export function holdsStart({ keep }: Row, weights: LossWeights, rsc: RscConfig): boolean {
  return keep !== undefined || needsStart(weights, rsc);
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
