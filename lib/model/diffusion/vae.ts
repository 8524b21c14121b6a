import { tf } from "../../runtime/mod.ts";
import { silu } from "../nn/activation.ts";
import { attention } from "../nn/attention.ts";
import { conv2d, upsampleNearest } from "../nn/conv.ts";
import { linear } from "../nn/linear.ts";
import { groupNorm } from "../nn/norm.ts";
import { convSpecs, linearSpecs, normSpecs, type Params, type ParamSpecs } from "../nn/params.ts";
import type { VaeConfig } from "./config.ts";
import { resnet, resnetSpecs } from "./resnet.ts";

const eps = 1e-6;

/** The latent distribution of each picture: mean and log-variance, [batch, h/f, w/f, latent]. */
export interface Moments {
  readonly mean: tf.Tensor4D;
  readonly logVariance: tf.Tensor4D;
}

/** The latent distribution of pictures; the log-variance is clamped to [−30, 20] as published. */
export function vaeEncode(p: Params, c: VaeConfig, images: tf.Tensor4D): Moments {
  return tf.tidy(() => {
    const [mean, logVariance] = tf.split(vaeMoments(p, c, images), 2, 3) as [
      tf.Tensor4D,
      tf.Tensor4D,
    ];
    return { mean, logVariance: tf.clipByValue(logVariance, -30, 20) };
  });
}

/**
 * The KL autoencoder's encoder, pictures [batch, h, w, 3] in [−1, 1] → [batch, h/f, w/f, 2·latent]:
 * means, then log-variances as the network gives them.
 *
 * Source: diffusers, models/autoencoders/{autoencoder_kl,vae}.py.
 */
export function vaeMoments(p: Params, c: VaeConfig, images: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => {
    let h = conv2d(p, "encoder.conv_in", images);
    for (let i = 0; i < c.channels.length; i++) {
      const at = `encoder.down_blocks.${i}`;
      h = resnets(p, c, at, h, c.layersPerBlock);
      if (i < c.channels.length - 1) {
        h = conv2d(p, `${at}.downsamplers.0.conv`, h, { stride: 2, padding: [0, 1] });
      }
    }
    h = middle(p, c, "encoder.mid_block", h);
    const last = silu(groupNorm(p, "encoder.conv_norm_out", h, c.groups, eps)) as tf.Tensor4D;
    return conv2d(p, "quant_conv", conv2d(p, "encoder.conv_out", last));
  });
}

/** The decoder, latents [batch, h, w, latent] (unscaled) → pictures [batch, h·f, w·f, 3] about [−1, 1]. */
export function vaeDecode(p: Params, c: VaeConfig, latents: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => {
    let h = conv2d(p, "decoder.conv_in", conv2d(p, "post_quant_conv", latents));
    h = middle(p, c, "decoder.mid_block", h);
    for (let i = 0; i < c.channels.length; i++) {
      const at = `decoder.up_blocks.${i}`;
      h = resnets(p, c, at, h, c.layersPerBlock + 1);
      if (i < c.channels.length - 1) h = upsampled(p, `${at}.upsamplers.0.conv`, h);
    }
    const last = silu(groupNorm(p, "decoder.conv_norm_out", h, c.groups, eps)) as tf.Tensor4D;
    return conv2d(p, "decoder.conv_out", last);
  });
}

/** Residual blocks of a level, of which the last one's pictures stay in memory. */
function resnets(
  p: Params,
  { groups }: VaeConfig,
  prefix: string,
  x: tf.Tensor4D,
  count: number,
): tf.Tensor4D {
  return tf.tidy(() => {
    let h = x;
    for (let j = 0; j < count; j++) h = resnet(p, `${prefix}.resnets.${j}`, h, { groups, eps });
    return h;
  });
}

/** Twice the size, convolved. */
function upsampled(p: Params, prefix: string, x: tf.Tensor4D): tf.Tensor4D {
  const [, height, width] = x.shape;
  return tf.tidy(() => conv2d(p, prefix, upsampleNearest(x, height * 2, width * 2)));
}

/** Residual block, one-headed attention over places, residual block. */
function middle(p: Params, c: VaeConfig, prefix: string, x: tf.Tensor4D): tf.Tensor4D {
  const { groups } = c;
  let h = resnet(p, `${prefix}.resnets.0`, x, { groups, eps });
  if (c.midAttention) {
    h = tf.tidy(() => {
      const at = `${prefix}.attentions.0`, [batch, height, width, channels] = h.shape;
      const normal = groupNorm(p, `${at}.group_norm`, h, groups, eps);
      const places = tf.reshape(normal, [batch, height * width, channels]);
      const project = (name: string) => linear(p, `${at}.${name}`, places) as tf.Tensor3D;
      const mixed = attention(project("to_q"), project("to_k"), project("to_v"), 1);
      return tf.add(h, tf.reshape(linear(p, `${at}.to_out.0`, mixed), h.shape)) as tf.Tensor4D;
    });
  }
  return resnet(p, `${prefix}.resnets.1`, h, { groups, eps });
}

/** Every parameter of the autoencoder. */
export function vaeSpecs(c: VaeConfig): ParamSpecs {
  const levels = c.channels.length, width = (i: number) => c.channels[i] as number;
  const first = width(0), last = width(levels - 1), latent = c.latentChannels;
  const middleSpecs = (prefix: string): ParamSpecs => ({
    ...resnetSpecs(`${prefix}.resnets.0`, last, last),
    ...(c.midAttention
      ? {
        ...normSpecs(`${prefix}.attentions.0.group_norm`, last),
        ...linearSpecs(`${prefix}.attentions.0.to_q`, last, last),
        ...linearSpecs(`${prefix}.attentions.0.to_k`, last, last),
        ...linearSpecs(`${prefix}.attentions.0.to_v`, last, last),
        ...linearSpecs(`${prefix}.attentions.0.to_out.0`, last, last),
      }
      : {}),
    ...resnetSpecs(`${prefix}.resnets.1`, last, last),
  });
  const specs: ParamSpecs = { ...convSpecs("encoder.conv_in", c.imageChannels, first, 3) };
  const add = (...more: ParamSpecs[]) => Object.assign(specs, ...more);
  let input = first;
  for (let i = 0; i < levels; i++) {
    for (let j = 0; j < c.layersPerBlock; j++) {
      add(resnetSpecs(`encoder.down_blocks.${i}.resnets.${j}`, input, width(i)));
      input = width(i);
    }
    if (i < levels - 1) {
      add(convSpecs(`encoder.down_blocks.${i}.downsamplers.0.conv`, input, input, 3));
    }
  }
  add(
    middleSpecs("encoder.mid_block"),
    normSpecs("encoder.conv_norm_out", last),
    convSpecs("encoder.conv_out", last, 2 * latent, 3),
    convSpecs("quant_conv", 2 * latent, 2 * latent, 1),
    convSpecs("post_quant_conv", latent, latent, 1),
    convSpecs("decoder.conv_in", latent, last, 3),
    middleSpecs("decoder.mid_block"),
  );
  for (let i = 0; i < levels; i++) {
    const level = levels - 1 - i;
    for (let j = 0; j <= c.layersPerBlock; j++) {
      add(resnetSpecs(`decoder.up_blocks.${i}.resnets.${j}`, input, width(level)));
      input = width(level);
    }
    if (level > 0) add(convSpecs(`decoder.up_blocks.${i}.upsamplers.0.conv`, input, input, 3));
  }
  return {
    ...specs,
    ...normSpecs("decoder.conv_norm_out", first),
    ...convSpecs("decoder.conv_out", first, c.imageChannels, 3),
  };
}
