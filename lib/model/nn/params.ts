import { tf } from "../../runtime/mod.ts";

/**
 * The parameters of all networks: one flat record under the published key names
 * (`text_model.encoder.layers.0.mlp.fc1.weight`, `down_blocks.0.resnets.0.conv1.weight`, …).
 *
 * Layout is TensorFlow's: linear [in, out], convolution [h, w, in, out]. The published layout
 * exists in files only; `weights/layout.ts` translates.
 */
export type Params = Record<string, tf.Tensor>;

/** How a parameter starts and which shape it has in the published (PyTorch) layout. */
export interface ParamSpec {
  readonly shape: readonly number[];
  readonly init:
    | "zeros"
    | "ones"
    | { readonly normal: number }
    | { readonly uniform: number }
    | { readonly value: number };
}

/** Name → specification of every parameter of a network. */
export type ParamSpecs = Record<string, ParamSpec>;

/** The parameter called `name`; throws an error that names it when it is missing. */
export function param<R extends tf.Rank = tf.Rank>(p: Params, name: string): tf.Tensor<R> {
  const value = p[name];
  if (value === undefined) {
    throw new Error(
      `parameter "${name}" is missing: the record holds ${Object.keys(p).length} others. ` +
        `Check that the weights belong to this configuration.`,
    );
  }
  return value as tf.Tensor<R>;
}

/** Number of scalars in a network. */
export function countParameters(specs: ParamSpecs): number {
  return Object.values(specs).reduce((n, { shape }) => n + shape.reduce((a, b) => a * b, 1), 0);
}

/** Specifications of a linear layer with PyTorch's default start, U(±1/√in). */
export function linearSpecs(
  prefix: string,
  input: number,
  output: number,
  bias = true,
): ParamSpecs {
  const uniform = 1 / Math.sqrt(input);
  return {
    [`${prefix}.weight`]: { shape: [output, input], init: { uniform } },
    ...(bias ? { [`${prefix}.bias`]: { shape: [output], init: { uniform } } } : {}),
  };
}

/** Specifications of a square convolution with PyTorch's default start, U(±1/√(in·k²)). */
export function convSpecs(
  prefix: string,
  input: number,
  output: number,
  kernel: number,
): ParamSpecs {
  const uniform = 1 / Math.sqrt(input * kernel * kernel);
  return {
    [`${prefix}.weight`]: { shape: [output, input, kernel, kernel], init: { uniform } },
    [`${prefix}.bias`]: { shape: [output], init: { uniform } },
  };
}

/** Specifications of a normalisation layer: weight one, bias zero. */
export function normSpecs(prefix: string, channels: number): ParamSpecs {
  return {
    [`${prefix}.weight`]: { shape: [channels], init: "ones" },
    [`${prefix}.bias`]: { shape: [channels], init: "zeros" },
  };
}
