/** The network of the judge of drawings: a small residual network with a head for each question. */
import {
  conv2d,
  convSpecs,
  groupNorm,
  linear,
  linearSpecs,
  normSpecs,
  type Params,
  type ParamSpecs,
  resnet,
  resnetSpecs,
  silu,
} from "../../model/mod.ts";
import { tf } from "../../runtime/mod.ts";

/** Sizes of a judge. */
export interface JudgeConfig {
  /** Side of the pictures. */
  readonly size: number;
  /** Channels of each stage; each halves the picture's side. */
  readonly channels: readonly number[];
  readonly groups: number;
  /** How many answers each question has. */
  readonly answers: Readonly<Record<string, number>>;
}

const EPS = 1e-5;
/** All of PyTorch's `padding=1`, said because strides need it. */
const HALVING = { stride: 2, padding: [1, 1] } as const;

/** Parameters of a judge. */
export function judgeSpecs({ size, channels, answers }: JudgeConfig): ParamSpecs {
  const last = channels.at(-1) as number, places = (size / 2 ** channels.length) ** 2;
  return {
    ...channels.reduce<ParamSpecs>((specs, width, i) => ({
      ...specs,
      ...convSpecs(`stages.${i}.down`, channels[i - 1] ?? 3, width, 3),
      ...resnetSpecs(`stages.${i}.resnet`, width, width),
    }), {}),
    ...normSpecs("norm", last),
    ...Object.entries(answers).reduce<ParamSpecs>(
      (specs, [question, count]) => ({
        ...specs,
        ...linearSpecs(`heads.${question}`, places * last, count),
      }),
      {},
    ),
  };
}

/** Scores of every answer to every question, [n, answers] each, of pictures [n, s, s, 3] in [−1, 1]. */
export function judgeScores(
  p: Params,
  { channels, groups, answers }: JudgeConfig,
  pixels: tf.Tensor4D,
): Record<string, tf.Tensor2D> {
  const features = channels.reduce(
    (x, _, i) =>
      resnet(p, `stages.${i}.resnet`, conv2d(p, `stages.${i}.down`, x, HALVING), {
        groups,
        eps: EPS,
      }),
    pixels,
  );
  // Every place by itself, not their mean: a sleeve is where sleeves are.
  const seen = silu(groupNorm(p, "norm", features, groups, EPS));
  const flat = tf.reshape(seen, [pixels.shape[0], -1]);
  return Object.fromEntries(
    Object.keys(answers).map((
      question,
    ) => [question, linear(p, `heads.${question}`, flat) as tf.Tensor2D]),
  );
}
