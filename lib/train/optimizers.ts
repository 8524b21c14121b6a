import type { tf } from "../runtime/mod.ts";
import type { OptimizerConfig } from "./config.ts";
import { AdamW, type ParamGroup } from "./optimizer.ts";
import { Sgd } from "./sgd.ts";

/** What a training loop and its checkpoints ask of an optimiser. */
export interface Optimizer {
  /** Updates done so far. */
  readonly step: number;
  /** One update; returns the gradients' norm before clipping, which the caller disposes of. */
  update(grads: readonly (readonly tf.Tensor[])[], rate: number): tf.Scalar;
  /** Puts the weights or their moving average into the variables. */
  load(values: "weights" | "average"): void;
  /** Everything that it keeps, by name, and how to go on from that. */
  tensors(): Record<string, tf.Tensor>;
  restore(step: number, saved: (name: string) => Float32Array): void;
  dispose(): void;
}

/** The optimiser that a configuration names; throws an error that lists those there are. */
export function makeOptimizer(groups: readonly ParamGroup[], config: OptimizerConfig): Optimizer {
  switch (config.optimizer ?? "adamw") {
    case "adamw":
      return new AdamW(groups, config);
    case "sgd":
      return new Sgd(groups, config);
    default:
      throw new Error(`optimiser "${config.optimizer}" is not known; expected adamw or sgd`);
  }
}
