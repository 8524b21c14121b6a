/**
 * Low-rank adapters (LoRA, Hu et al. 2021, arXiv 2106.09685) on the attention projections of the UNet
 * and of both CLIP towers: y = x·W + x·A·B, where W stays and A [in, rank], B [rank, out] are trained.
 *
 * α equals the rank, so that the product is added as it is. B starts at zero: the first step sees the
 * pretrained model. In files the names are PEFT's, `….to_q.lora_A.weight` [rank, in].
 */
import type { Params, ParamSpecs } from "../model/mod.ts";
import { tf } from "../runtime/mod.ts";
import { initialParams } from "./params.ts";

const TARGET = /\.(attn[12]\.to_(q|k|v|out\.0)|self_attn\.(q|k|v|out)_proj)\.weight$/;
const ADAPTER = /\.lora_[AB]\.weight$/;

/** Whether a parameter belongs to an adapter. */
export function isAdapter(name: string): boolean {
  return ADAPTER.test(name);
}

/** The parameters of adapters for those of `params` that `wanted` accepts; B zero, A uniform as in PEFT. */
export function adaptersFor(
  params: Params,
  rank: number,
  seed: number,
  wanted: (name: string) => boolean = () => true,
): Params {
  if (!Number.isInteger(rank) || rank < 1) {
    throw new Error(`rank of the adapters: expected an integer of at least 1, found ${rank}`);
  }
  const specs: ParamSpecs = {};
  for (const [name, weight] of Object.entries(params)) {
    if (!TARGET.test(name) || !wanted(name)) continue;
    const [input, output] = weight.shape as [number, number], at = name.replace(/\.weight$/, "");
    specs[`${at}.lora_A.weight`] = {
      shape: [rank, input],
      init: { uniform: 1 / Math.sqrt(input) },
    };
    specs[`${at}.lora_B.weight`] = { shape: [output, rank], init: "zeros" };
  }
  if (Object.keys(specs).length === 0) {
    throw new Error("adapters: no attention projection is trained, nothing to adapt");
  }
  return initialParams(specs, seed);
}

/** The parameters with W + A·B in place of adapted ones and without adapters; others are shared. */
export function mergeAdapters(params: Params): Params {
  const merged: Params = {};
  for (const [name, value] of Object.entries(params)) {
    if (isAdapter(name)) continue;
    const at = name.replace(/\.weight$/, "");
    const down = params[`${at}.lora_A.weight`], up = params[`${at}.lora_B.weight`];
    merged[name] = down && up
      ? tf.tidy(() => tf.add(value, tf.matMul(down as tf.Tensor2D, up as tf.Tensor2D)))
      : value;
  }
  return merged;
}
