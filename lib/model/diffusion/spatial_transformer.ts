import { tf } from "../../runtime/mod.ts";
import { geglu } from "../nn/activation.ts";
import { attention } from "../nn/attention.ts";
import { block } from "../nn/checkpoint.ts";
import { conv2d } from "../nn/conv.ts";
import { linear } from "../nn/linear.ts";
import { groupNorm, layerNorm } from "../nn/norm.ts";
import { convSpecs, linearSpecs, normSpecs, type Params, type ParamSpecs } from "../nn/params.ts";

/**
 * The block through which the caption reaches the picture: self-attention over places, attention to
 * the caption's states, gated feed-forward.
 *
 * `x`: [batch, h, w, c], `states`: [batch, tokens, cross] → [batch, h, w, c].
 * Source: diffusers, models/transformers/transformer_2d.py and models/attention.py.
 */
export function spatialTransformer(
  p: Params,
  prefix: string,
  x: tf.Tensor4D,
  states: tf.Tensor3D,
  o: { readonly heads: number; readonly groups: number },
): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const at = `${prefix}.transformer_blocks.0`;
  const attend = (name: string, h: tf.Tensor, source: tf.Tensor) => {
    const q = linear(p, `${at}.${name}.to_q`, h) as tf.Tensor3D;
    const k = linear(p, `${at}.${name}.to_k`, source) as tf.Tensor3D;
    const v = linear(p, `${at}.${name}.to_v`, source) as tf.Tensor3D;
    return linear(p, `${at}.${name}.to_out.0`, attention(q, k, v, o.heads));
  };
  return block(p, prefix, [x, states] as const, (x, states) => {
    // The block's own norm has a smaller epsilon than the residual blocks'.
    const input = conv2d(p, `${prefix}.proj_in`, groupNorm(p, `${prefix}.norm`, x, o.groups, 1e-6));
    let h: tf.Tensor = tf.reshape(input, [batch, height * width, channels]);
    h = tf.tidy(() => {
      const normal = layerNorm(p, `${at}.norm1`, h);
      return tf.add(h, attend("attn1", normal, normal));
    });
    h = tf.tidy(() => tf.add(h, attend("attn2", layerNorm(p, `${at}.norm2`, h), states)));
    h = tf.tidy(() => tf.add(h, feedForward(p, `${at}.ff`, layerNorm(p, `${at}.norm3`, h))));
    const output = conv2d(p, `${prefix}.proj_out`, tf.reshape(h, x.shape) as tf.Tensor4D);
    return tf.add(x, output) as tf.Tensor4D;
  });
}

/** Gated feed-forward (Shazeer 2020): W₂(a·gelu(b)) with [a, b] = W₁x. */
function feedForward(p: Params, prefix: string, x: tf.Tensor): tf.Tensor {
  return linear(p, `${prefix}.net.2`, geglu(linear(p, `${prefix}.net.0.proj`, x)));
}

/** Parameters of the block. */
export function spatialTransformerSpecs(
  prefix: string,
  channels: number,
  cross: number,
): ParamSpecs {
  const block = `${prefix}.transformer_blocks.0`;
  const attentionSpecs = (name: string, source: number): ParamSpecs => ({
    ...linearSpecs(`${block}.${name}.to_q`, channels, channels, false),
    ...linearSpecs(`${block}.${name}.to_k`, source, channels, false),
    ...linearSpecs(`${block}.${name}.to_v`, source, channels, false),
    ...linearSpecs(`${block}.${name}.to_out.0`, channels, channels),
  });
  return {
    ...normSpecs(`${prefix}.norm`, channels),
    ...convSpecs(`${prefix}.proj_in`, channels, channels, 1),
    ...normSpecs(`${block}.norm1`, channels),
    ...attentionSpecs("attn1", channels),
    ...normSpecs(`${block}.norm2`, channels),
    ...attentionSpecs("attn2", cross),
    ...normSpecs(`${block}.norm3`, channels),
    ...linearSpecs(`${block}.ff.net.0.proj`, channels, channels * 8),
    ...linearSpecs(`${block}.ff.net.2`, channels * 4, channels),
    ...convSpecs(`${prefix}.proj_out`, channels, channels, 1),
  };
}
