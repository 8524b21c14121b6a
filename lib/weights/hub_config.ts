import { z } from "zod";
import type { ClipConfig } from "../clip/config.ts";
import type { UNetConfig, VaeConfig } from "../diffusion/config.ts";

const tower = z.object({
  hidden_size: z.number(),
  intermediate_size: z.number(),
  num_hidden_layers: z.number(),
  num_attention_heads: z.number(),
  hidden_act: z.enum(["quick_gelu", "gelu"]).default("quick_gelu"),
  layer_norm_eps: z.number().default(1e-5),
});

const clip = z.object({
  projection_dim: z.number(),
  text_config: tower.extend({
    vocab_size: z.number(),
    max_position_embeddings: z.number(),
    eos_token_id: z.number().default(49407),
  }),
  vision_config: tower.extend({ image_size: z.number(), patch_size: z.number() }),
});

/** CLIP's sizes from a hub folder's config.json; throws on an option that is not supported. */
export function clipConfig(json: unknown): ClipConfig {
  const { projection_dim, text_config: t, vision_config: v } = parse(clip, json, "CLIP");
  const common = (c: z.infer<typeof tower>) => ({
    hiddenSize: c.hidden_size,
    intermediateSize: c.intermediate_size,
    layers: c.num_hidden_layers,
    heads: c.num_attention_heads,
    activation: c.hidden_act,
    layerNormEps: c.layer_norm_eps,
  });
  return {
    projection: projection_dim,
    text: {
      ...common(t),
      vocabulary: t.vocab_size,
      contextLength: t.max_position_embeddings,
      endOfText: t.eos_token_id,
    },
    vision: { ...common(v), imageSize: v.image_size, patchSize: v.patch_size },
  };
}

const perLevel = z.union([z.number(), z.array(z.number())]);
const unet = z.object({
  in_channels: z.number(),
  out_channels: z.number(),
  block_out_channels: z.array(z.number()),
  down_block_types: z.array(z.enum(["CrossAttnDownBlock2D", "DownBlock2D"])),
  layers_per_block: z.number(),
  attention_head_dim: perLevel.default(8),
  num_attention_heads: perLevel.nullish(),
  cross_attention_dim: z.number(),
  norm_num_groups: z.number(),
  norm_eps: z.number().default(1e-5),
  act_fn: z.literal("silu").default("silu"),
  use_linear_projection: z.literal(false).nullish(),
});

/** The UNet's sizes from a hub folder's config.json; throws on an option that is not supported. */
export function unetConfig(json: unknown): UNetConfig {
  const c = parse(unet, json, "UNet");
  // Stable Diffusion v1's files say "attention_head_dim" and mean the number of heads.
  const heads = c.num_attention_heads ?? c.attention_head_dim;
  return {
    inChannels: c.in_channels,
    outChannels: c.out_channels,
    channels: c.block_out_channels,
    attends: c.down_block_types.map((type) => type === "CrossAttnDownBlock2D"),
    layersPerBlock: c.layers_per_block,
    heads: Array.isArray(heads) ? heads : c.block_out_channels.map(() => heads),
    crossAttention: c.cross_attention_dim,
    groups: c.norm_num_groups,
    normEps: c.norm_eps,
  };
}

const vae = z.object({
  in_channels: z.number(),
  latent_channels: z.number(),
  block_out_channels: z.array(z.number()),
  layers_per_block: z.number(),
  norm_num_groups: z.number(),
  act_fn: z.literal("silu").default("silu"),
  mid_block_add_attention: z.boolean().default(true),
  scaling_factor: z.number().default(0.18215),
});

/** The autoencoder's sizes from a hub folder's config.json. */
export function vaeConfig(json: unknown): VaeConfig {
  const c = parse(vae, json, "autoencoder");
  return {
    imageChannels: c.in_channels,
    latentChannels: c.latent_channels,
    channels: c.block_out_channels,
    layersPerBlock: c.layers_per_block,
    groups: c.norm_num_groups,
    midAttention: c.mid_block_add_attention,
    scalingFactor: c.scaling_factor,
  };
}

function parse<T extends z.ZodType>(schema: T, json: unknown, what: string): z.infer<T> {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const issues = result.error.issues.map((i) => `${i.path.join(".")}: ${i.message}`);
  throw new Error(`${what} config.json is not supported: ${issues.join("; ")}`);
}
