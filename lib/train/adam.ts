import { ADAM, ADAM_W, derived, tf } from "../runtime/mod.ts";

/** What AdamW keeps of parameters as flat vectors, [n] each. */
export type AdamState = {
  weights: tf.Tensor1D;
  first: tf.Tensor1D;
  second: tf.Tensor1D;
  average?: tf.Tensor1D;
};

/** What is the same in every step of {@link adamW}. */
export interface AdamOptions {
  readonly betas: readonly [number, number];
  /** What the moving average keeps of itself, where there is one. */
  readonly ema: number;
  /** Between which values the weights are left. */
  readonly limits?: readonly [number, number] | undefined;
}

/**
 * One step of AdamW (Loshchilov & Hutter 2019, algorithm 2): the gradient times `clip`, {@link adam} from
 * weights times `kept`, the limits, and the moving average.
 *
 * `numbers`: the step's size, `kept`, and ε, which differ from step to step.
 */
export function adamW(
  state: AdamState,
  gradient: tf.Tensor1D,
  clip: tf.Scalar,
  numbers: Float32Array,
  { betas, ema, limits }: AdamOptions,
): AdamState {
  if (tf.getKernel(ADAM_W, tf.getBackend()) !== undefined) {
    const [low, high] = limits ?? [-Infinity, Infinity];
    const all = derived(numbers, (numbers) => {
      return Float32Array.of(...numbers, 1 - betas[0], 1 - betas[1], 1 - ema, low, high);
    });
    const average = state.average ?? tf.tensor1d([], "float32");
    const inputs = { ...state, average, gradient, clip, numbers: tf.tensor1d(all) };
    const [weights, first, second, next] = tf.engine().runKernel(ADAM_W, inputs) as [
      tf.Tensor1D,
      tf.Tensor1D,
      tf.Tensor1D,
      tf.Tensor1D,
    ];
    return { weights, first, second, ...(state.average ? { average: next } : {}) };
  }
  const all = tf.tensor1d(numbers);
  const number = (k: number) => tf.reshape(tf.slice(all, [k], [1]), []) as tf.Scalar;
  const size = number(0), kept = number(1), epsilon = number(2);
  const weights = tf.mul(state.weights, kept) as tf.Tensor1D;
  const clipped = tf.mul(gradient, clip) as tf.Tensor1D;
  const free = adam({ ...state, weights }, clipped, betas, size, epsilon);
  const next = { ...free, weights: within(limits, free.weights) };
  return state.average ? { ...next, average: lerp(state.average, next.weights, 1 - ema) } : next;
}

/** Weights and the averages of the gradient and of its square, [n] each. */
export interface Moments {
  readonly weights: tf.Tensor1D;
  readonly first: tf.Tensor1D;
  readonly second: tf.Tensor1D;
}

/**
 * One step of Adam (Kingma & Ba 2015, algorithm 1): m ← m + (g − m)(1 − β₁), v ← v + (g² − v)(1 − β₂),
 * w ← w − size·m/(√v + ε), where `size` and ε hold the corrections of the bias.
 *
 * Composed it reads and writes whole vectors a dozen times; the native library has one kernel for it
 * (runtime/tensorflow_kernels.ts).
 */
export function adam(
  { weights, first, second }: Moments,
  gradient: tf.Tensor1D,
  betas: readonly [number, number],
  size: tf.Scalar,
  epsilon: tf.Scalar,
): Moments {
  if (tf.getKernel(ADAM, tf.getBackend()) !== undefined) {
    const inputs = { weights, first, second, gradient, size, epsilon };
    const results = tf.engine().runKernel(ADAM, inputs, { betas: [...betas] });
    const [w, m, v] = results as [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D];
    return { weights: w, first: m, second: v };
  }
  const m = lerp(first, gradient, 1 - betas[0]),
    v = lerp(second, tf.square(gradient), 1 - betas[1]);
  const step = tf.mul(tf.div(m, tf.add(tf.sqrt(v), epsilon)), size);
  return { weights: tf.sub(weights, step), first: m, second: v };
}

/** The values, those beyond the limits put onto them. */
export function within<T extends tf.Tensor>(limits: AdamOptions["limits"], values: T): T {
  return limits ? tf.clipByValue(values, ...limits) : values;
}

/** a + (b − a)·t. */
export function lerp(a: tf.Tensor1D, b: tf.Tensor, t: number): tf.Tensor1D {
  return tf.add(a, tf.mul(tf.sub(b, a), t)) as tf.Tensor1D;
}
