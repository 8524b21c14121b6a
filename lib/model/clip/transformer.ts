import { tf } from "../../runtime/mod.ts";
import { activation } from "../nn/activation.ts";
import { attention } from "../nn/attention.ts";
import { block } from "../nn/checkpoint.ts";
import { inParts } from "../nn/in_parts.ts";
import { linear } from "../nn/linear.ts";
import { layerNorm } from "../nn/norm.ts";
import { linearSpecs, normSpecs, type Params, type ParamSpecs } from "../nn/params.ts";
import type { ClipTowerConfig } from "./config.ts";

/**
 * CLIP's pre-norm transformer, `x`: [batch, n, hidden] → same shape.
 *
 * Source: transformers, models/clip/modeling_clip.py (CLIPEncoder).
 */
export function transformer(
  p: Params,
  prefix: string,
  c: ClipTowerConfig,
  x: tf.Tensor3D,
  mask?: tf.Tensor2D,
): tf.Tensor3D {
  return inParts(x.shape[0], (part) => {
    let states = part.of(x);
    for (let i = 0; i < c.layers; i++) {
      const at = `${prefix}.layers.${i}`;
      states = mask === undefined
        ? block(p, at, [states] as const, (x) => layer(p, at, c, x))
        : block(p, at, [states, mask] as const, (x, mask) => layer(p, at, c, x, mask));
    }
    return { states };
  }).states;
}

/** One layer: self-attention, then two linear layers, each of its input's norm and added to it. */
function layer(
  p: Params,
  at: string,
  c: ClipTowerConfig,
  input: tf.Tensor3D,
  mask?: tf.Tensor2D,
): tf.Tensor3D {
  const act = activation(c.activation);
  const x = tf.tidy(() => {
    const h = layerNorm(p, `${at}.layer_norm1`, input, c.layerNormEps);
    const project = (name: string) => linear(p, `${at}.self_attn.${name}_proj`, h) as tf.Tensor3D;
    const mixed = attention(project("q"), project("k"), project("v"), c.heads, mask);
    return tf.add(input, linear(p, `${at}.self_attn.out_proj`, mixed)) as tf.Tensor3D;
  });
  return tf.tidy(() => {
    const h = layerNorm(p, `${at}.layer_norm2`, x, c.layerNormEps);
    return tf.add(x, linear(p, `${at}.mlp.fc2`, act(linear(p, `${at}.mlp.fc1`, h)))) as tf.Tensor3D;
  });
}

/** Parameters of the transformer, started as in transformers (CLIPPreTrainedModel). */
export function transformerSpecs(prefix: string, c: ClipTowerConfig): ParamSpecs {
  const d = c.hiddenSize, inner = d ** -0.5 * (2 * c.layers) ** -0.5;
  const start = (specs: ParamSpecs, normal: number): ParamSpecs =>
    Object.fromEntries(
      Object.entries(specs).map(([name, { shape }]) => [
        name,
        { shape, init: name.endsWith(".bias") ? "zeros" : { normal } },
      ]),
    );
  const specs: ParamSpecs = {};
  for (let i = 0; i < c.layers; i++) {
    const at = `${prefix}.layers.${i}`;
    Object.assign(
      specs,
      ...["k", "v", "q"].map((n) => start(linearSpecs(`${at}.self_attn.${n}_proj`, d, d), inner)),
      start(linearSpecs(`${at}.self_attn.out_proj`, d, d), d ** -0.5),
      normSpecs(`${at}.layer_norm1`, d),
      start(linearSpecs(`${at}.mlp.fc1`, d, c.intermediateSize), (2 * d) ** -0.5),
      start(linearSpecs(`${at}.mlp.fc2`, c.intermediateSize, d), inner),
      normSpecs(`${at}.layer_norm2`, d),
    );
  }
  return specs;
}
