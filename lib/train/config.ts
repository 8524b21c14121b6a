/** How parameters are updated. */
export interface OptimizerConfig {
  /** AdamW unless given; SGD keeps one number for each parameter, none without momentum. */
  readonly optimizer?: "adamw" | "sgd";
  /** μ of SGD, 0 unless given: b ← μ·b + g, w ← w − lr·b. AdamW has its betas instead. */
  readonly momentum?: number;
  readonly betas: readonly [number, number];
  readonly eps: number;
  /** Weight decay of matrices and convolutions (AdamW's is decoupled); biases, norms, scalars have none. */
  readonly weightDecay: number;
  /** Gradients of all groups together are scaled down to this Euclidean norm. */
  readonly clipNorm: number;
  /** Decay of the moving average of the weights; 0 keeps none. */
  readonly ema: number;
}

/** How long and how fast a loop trains. */
export interface LoopConfig extends OptimizerConfig {
  readonly steps: number;
  /** Micro-batches whose gradients are averaged into one step. */
  readonly accumulate: number;
  /** Keep of each block its inputs alone and run it again for its gradient (nn/checkpoint.ts). */
  readonly gradientCheckpointing?: boolean;
  readonly warmup: number;
  /** A step is written to metrics.jsonl each so many steps, and at the end. */
  readonly logEvery: number;
  /** Seconds between checkpoints. */
  readonly checkpointSeconds: number;
}

/** AdamW with the published defaults of CLIP's and Stable Diffusion's fine-tuning recipes. */
export const defaultOptimizer: OptimizerConfig = {
  betas: [0.9, 0.98],
  eps: 1e-6,
  weightDecay: 0.01,
  clipNorm: 1,
  ema: 0,
};
