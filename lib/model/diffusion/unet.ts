import { derived, tf } from "../../runtime/mod.ts";
import { silu } from "../nn/activation.ts";
import { block } from "../nn/checkpoint.ts";
import { conv2d, upsampleNearest } from "../nn/conv.ts";
import { inParts } from "../nn/in_parts.ts";
import { linear } from "../nn/linear.ts";
import { groupNorm } from "../nn/norm.ts";
import { convSpecs, linearSpecs, normSpecs, type Params, type ParamSpecs } from "../nn/params.ts";
import type { UNetConfig } from "./config.ts";
import { resnet, resnetSpecs } from "./resnet.ts";
import { spatialTransformer, spatialTransformerSpecs } from "./spatial_transformer.ts";

/** What the UNet is asked: latents [batch, h, w, c], a time step each, text states of the caption. */
export interface UNetInput {
  readonly latents: tf.Tensor4D;
  readonly timesteps: ArrayLike<number>;
  readonly states: tf.Tensor3D;
}

/** The way down: the middle feature and what the way up needs. */
export interface Encoded {
  /** [batch, h', w', c']: the output of the middle block. */
  readonly middle: tf.Tensor4D;
  readonly skips: tf.Tensor4D[];
  readonly time: tf.Tensor2D;
}

/**
 * Stable Diffusion v1's UNet: the noise in `latents`, and the middle feature on the way.
 *
 * → `noise` [batch, h, w, out], `middle` [batch, h', w', c'].
 * Source: diffusers, models/unets/unet_2d_condition.py.
 */
export function unet(
  p: Params,
  c: UNetConfig,
  input: UNetInput,
): { noise: tf.Tensor4D; middle: tf.Tensor4D } {
  return inParts(input.latents.shape[0], (part) => {
    const latents = part.of(input.latents), states = part.of(input.states);
    const encoded = unetEncode(p, c, { latents, timesteps: part.numbers(input.timesteps), states });
    return { noise: unetFromMiddle(p, c, encoded, states), middle: encoded.middle };
  });
}

/** The UNet's first half alone (down and middle blocks), all that a visual feature needs. */
export function unetEncode(
  p: Params,
  c: UNetConfig,
  { latents, timesteps, states }: UNetInput,
): Encoded {
  const { groups, normEps: eps } = c, levels = c.channels.length;
  const time = timeEmbedding(p, c, timesteps);
  let h = conv2d(p, "conv_in", latents);
  const skips = [h];
  for (let i = 0; i < levels; i++) {
    for (let j = 0; j < c.layersPerBlock; j++) {
      h = resnet(p, `down_blocks.${i}.resnets.${j}`, h, { groups, eps, time });
      if (c.attends[i]) h = attend(p, c, `down_blocks.${i}.attentions.${j}`, i, h, states);
      skips.push(h);
    }
    if (i < levels - 1) {
      h = conv2d(p, `down_blocks.${i}.downsamplers.0.conv`, h, { stride: 2, padding: [1, 1] });
      skips.push(h);
    }
  }
  h = resnet(p, "mid_block.resnets.0", h, { groups, eps, time });
  h = attend(p, c, "mid_block.attentions.0", levels - 1, h, states);
  h = resnet(p, "mid_block.resnets.1", h, { groups, eps, time });
  return { middle: h, skips, time };
}

/** The way up, resumable: the state after some of its blocks. */
interface Rising {
  readonly h: tf.Tensor4D;
  readonly skips: readonly tf.Tensor4D[];
}

/** The output of the first block on the way up, [batch, h', w', c'], before it is enlarged. */
export function unetFirstUp(
  p: Params,
  c: UNetConfig,
  encoded: Encoded,
  states: tf.Tensor3D,
): tf.Tensor4D {
  return upBlock(p, c, 0, { h: encoded.middle, skips: encoded.skips }, encoded.time, states).h;
}

/** The UNet's second half: from the middle feature back to the noise. */
export function unetFromMiddle(
  p: Params,
  c: UNetConfig,
  encoded: Encoded,
  states: tf.Tensor3D,
): tf.Tensor4D {
  const { groups, normEps: eps } = c, levels = c.channels.length, { time } = encoded;
  let rising: Rising = { h: encoded.middle, skips: encoded.skips };
  for (let i = 0; i < levels; i++) {
    rising = upBlock(p, c, i, rising, time, states);
    if (i < levels - 1) {
      // To the size of the next skip, which also fits sizes that were odd on the way down.
      const [, height, width] = (rising.skips.at(-1) as tf.Tensor4D).shape;
      const at = `up_blocks.${i}.upsamplers.0.conv`;
      const h = block(p, at, [rising.h] as const, (h) => {
        return conv2d(p, at, upsampleNearest(h, height, width));
      });
      rising = { ...rising, h };
    }
  }
  const last = silu(groupNorm(p, "conv_norm_out", rising.h, groups, eps)) as tf.Tensor4D;
  return conv2d(p, "conv_out", last);
}

/** Block `i` of the way up, which takes one skip for each of its residual blocks. */
function upBlock(
  p: Params,
  c: UNetConfig,
  i: number,
  { h, skips }: Rising,
  time: tf.Tensor2D,
  states: tf.Tensor3D,
): Rising {
  const { groups, normEps: eps } = c, level = c.channels.length - 1 - i, left = [...skips];
  for (let j = 0; j <= c.layersPerBlock; j++) {
    const skip = left.pop() as tf.Tensor4D;
    h = resnet(p, `up_blocks.${i}.resnets.${j}`, tf.concat([h, skip], 3), { groups, eps, time });
    if (c.attends[level]) h = attend(p, c, `up_blocks.${i}.attentions.${j}`, level, h, states);
  }
  return { h, skips: left };
}

function attend(
  p: Params,
  c: UNetConfig,
  prefix: string,
  level: number,
  h: tf.Tensor4D,
  states: tf.Tensor3D,
): tf.Tensor4D {
  return spatialTransformer(p, prefix, h, states, {
    heads: c.heads[level] as number,
    groups: c.groups,
  });
}

/** Sinusoidal position of each time step, [cos, sin] of t·10000^(−k/half), through two layers. */
function timeEmbedding(p: Params, c: UNetConfig, timesteps: ArrayLike<number>): tf.Tensor2D {
  const width = c.channels[0] as number, half = width / 2;
  const angles = derived(timesteps, (timesteps) => {
    const angles = new Float32Array(timesteps.length * width);
    for (let i = 0; i < timesteps.length; i++) {
      for (let k = 0; k < half; k++) {
        const angle = (timesteps[i] as number) * Math.exp(-Math.log(10000) * k / half);
        angles[i * width + k] = Math.cos(angle);
        angles[i * width + half + k] = Math.sin(angle);
      }
    }
    return angles;
  });
  return tf.tidy(() => {
    const x = tf.tensor2d(angles, [timesteps.length, width]);
    const h = silu(linear(p, "time_embedding.linear_1", x));
    return linear(p, "time_embedding.linear_2", h) as tf.Tensor2D;
  });
}

/** Every parameter of the UNet. */
export function unetSpecs(c: UNetConfig): ParamSpecs {
  const levels = c.channels.length, first = c.channels[0] as number, time = first * 4;
  const width = (level: number) => c.channels[level] as number;
  const specs: ParamSpecs = {
    ...convSpecs("conv_in", c.inChannels, first, 3),
    ...linearSpecs("time_embedding.linear_1", first, time),
    ...linearSpecs("time_embedding.linear_2", time, time),
  };
  const add = (...more: ParamSpecs[]) => Object.assign(specs, ...more);
  const transformerAt = (prefix: string, level: number) =>
    add(spatialTransformerSpecs(prefix, width(level), c.crossAttention));

  const skips = [first];
  let input = first;
  for (let i = 0; i < levels; i++) {
    for (let j = 0; j < c.layersPerBlock; j++) {
      add(resnetSpecs(`down_blocks.${i}.resnets.${j}`, input, width(i), time));
      if (c.attends[i]) transformerAt(`down_blocks.${i}.attentions.${j}`, i);
      skips.push(input = width(i));
    }
    if (i < levels - 1) {
      add(convSpecs(`down_blocks.${i}.downsamplers.0.conv`, input, input, 3));
      skips.push(input);
    }
  }
  add(resnetSpecs("mid_block.resnets.0", input, input, time));
  transformerAt("mid_block.attentions.0", levels - 1);
  add(resnetSpecs("mid_block.resnets.1", input, input, time));
  for (let i = 0; i < levels; i++) {
    const level = levels - 1 - i;
    for (let j = 0; j <= c.layersPerBlock; j++) {
      const skip = skips.pop() as number;
      add(resnetSpecs(`up_blocks.${i}.resnets.${j}`, input + skip, width(level), time));
      if (c.attends[level]) transformerAt(`up_blocks.${i}.attentions.${j}`, level);
      input = width(level);
    }
    if (level > 0) add(convSpecs(`up_blocks.${i}.upsamplers.0.conv`, input, input, 3));
  }
  return {
    ...specs,
    ...normSpecs("conv_norm_out", first),
    ...convSpecs("conv_out", first, c.outChannels, 3),
  };
}
