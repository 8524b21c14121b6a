/** Older and shorter names of the same tensors, as hub folders carry them. */

/** The network that a file of a hub folder belongs to. */
export type Part = "clip" | "text" | "unet" | "vae";

/** The attention of the autoencoder in files that were made before diffusers 0.13. */
const OLD_ATTENTION =
  /^((?:encoder|decoder)\.mid_block\.attentions\.0)\.(query|key|value|proj_attn)\.(weight|bias)$/;
const NEW = { query: "to_q", key: "to_k", value: "to_v", proj_attn: "to_out.0" };

/**
 * The name and shape under which this project knows a stored tensor; nothing where it is passed
 * over, which `position_ids` are: integer buffers of older CLIP files, no parameters.
 *
 * - Autoencoder: `query`, `key`, `value`, `proj_attn` are `to_q`, `to_k`, `to_v`, `to_out.0`, and a
 *   1×1 convolution there is a linear layer.
 * - Text encoder: transformers 5 leaves the prefix `text_model.` out.
 */
export function knownAs(
  part: Part | undefined,
  name: string,
  shape: readonly number[],
): { name: string; shape: number[] } | undefined {
  if (/(^|\.)position_ids$/.test(name)) return undefined;
  if (part === "text") {
    const full = /^(embeddings|encoder|final_layer_norm)\./.test(name)
      ? `text_model.${name}`
      : name;
    return { name: full, shape: [...shape] };
  }
  const old = part === "vae" ? OLD_ATTENTION.exec(name) : null;
  const renamed = old ? `${old[1]}.${NEW[old[2] as keyof typeof NEW]}.${old[3]}` : name;
  const linear = part === "vae" && /\.attentions\.0\.to_(q|k|v|out\.0)\.weight$/.test(renamed);
  const [, , h, w] = shape;
  const flat = linear && shape.length === 4 && h === 1 && w === 1;
  return { name: renamed, shape: flat ? shape.slice(0, 2) : [...shape] };
}
