/** What a run is made of, but for its data, row and seed. */
import type { EvaluateConfig } from "../eval/mod.ts";
import type { ModelConfig } from "../model/mod.ts";
import type { LoopConfig, RscConfig, TowerRates } from "../train/mod.ts";
import type { PublishedFolders } from "../weights/mod.ts";

/** How a model is fine-tuned. */
export interface TrainConfig extends LoopConfig {
  readonly batch: number;
  /** A regular expression: parameters whose name it finds are not trained; "" freezes none. */
  readonly freeze: string;
  /** Rank of low-rank adapters on the attention projections, which alone are trained then; 0 for none. */
  readonly lora: number;
  readonly learningRates: TowerRates;
  /** Share of captions that the UNet sees as empty, for guidance. */
  readonly captionDropout: number;
  readonly flip: boolean;
  readonly rsc: RscConfig;
  /** Each so many steps the gradients of each loss are measured (gradient_norms.ts); never where left out. */
  readonly gradientNorms?: number;
  /** γ of the min-SNR weights of IS; all time steps weigh the same where it is left out. */
  readonly minSnr?: number;
}

/** Everything a run needs but its data, row and seed. */
export interface Preset {
  readonly name: string;
  readonly model: ModelConfig;
  /** Where the starting weights are: a folder of the project, published folders, or "random". */
  readonly weights: string | PublishedFolders;
  /** Whether a run may free the weights that it starts from: they are read anew when they are wanted. */
  readonly rereads?: boolean;
  /** λ of each loss; a row says which losses are on. INFERRED, like their values. */
  readonly lambda: Readonly<Record<"itc" | "is" | "rsc", number>>;
  readonly train: TrainConfig;
  readonly evaluate: EvaluateConfig;
  /** What was changed of the preset of this name, where anything was. */
  readonly changes?: Changes;
  /** What was chosen for all rows of the set, by path, under `changes`; see matched.ts. */
  readonly tuned?: Changes;
}

/** A setting of a preset: a number, a truth value, a word, or numbers. */
export type Value = number | boolean | string | readonly number[];

/** New values by path, such as `{ "train.rsc.temperature": 0.2 }`. */
export type Changes = Readonly<Record<string, Value>>;
