import { tf } from "../../runtime/mod.ts";
import { silu } from "../nn/activation.ts";
import { block } from "../nn/checkpoint.ts";
import { conv2d } from "../nn/conv.ts";
import { linear } from "../nn/linear.ts";
import { groupNorm } from "../nn/norm.ts";
import { convSpecs, linearSpecs, normSpecs, type Params, type ParamSpecs } from "../nn/params.ts";

/**
 * Residual block of the UNet and the autoencoder, `x`: [batch, h, w, in] → [batch, h, w, out].
 *
 * `time`: [batch, width] shifts the features after the first convolution, where there is one.
 * Source: diffusers, models/resnet.py (ResnetBlock2D).
 */
export function resnet(
  p: Params,
  prefix: string,
  x: tf.Tensor4D,
  o: { readonly groups: number; readonly eps: number; readonly time?: tf.Tensor2D },
): tf.Tensor4D {
  const { time } = o;
  const active = (norm: string, x: tf.Tensor4D) =>
    tf.tidy(() => silu(groupNorm(p, `${prefix}.${norm}`, x, o.groups, o.eps)) as tf.Tensor4D);
  const run = (x: tf.Tensor4D, time?: tf.Tensor2D) => {
    let h = conv2d(p, `${prefix}.conv1`, active("norm1", x));
    if (time !== undefined) {
      const shift = linear(p, `${prefix}.time_emb_proj`, silu(time));
      h = tf.add(h, tf.reshape(shift, [shift.shape[0] as number, 1, 1, -1]));
    }
    const residual = conv2d(p, `${prefix}.conv2`, active("norm2", h));
    const widens = p[`${prefix}.conv_shortcut.weight`] !== undefined;
    return tf.add(widens ? conv2d(p, `${prefix}.conv_shortcut`, x) : x, residual) as tf.Tensor4D;
  };
  return time ? block(p, prefix, [x, time] as const, run) : block(p, prefix, [x] as const, run);
}

/** Parameters of a residual block; `time` is the width of the time embedding, if it takes one. */
export function resnetSpecs(
  prefix: string,
  input: number,
  output: number,
  time?: number,
): ParamSpecs {
  return {
    ...normSpecs(`${prefix}.norm1`, input),
    ...convSpecs(`${prefix}.conv1`, input, output, 3),
    ...(time === undefined ? {} : linearSpecs(`${prefix}.time_emb_proj`, time, output)),
    ...normSpecs(`${prefix}.norm2`, output),
    ...convSpecs(`${prefix}.conv2`, output, output, 3),
    ...(input === output ? {} : convSpecs(`${prefix}.conv_shortcut`, input, output, 1)),
  };
}
