/**
 * Sizes from the config.json files of transformers and diffusers. An option that is not implemented
 * is refused by name and value; one that is missing has the library's default.
 */
import { z } from "zod";
import type { ClipConfig, ClipTowerConfig, UNetConfig, VaeConfig } from "../model/mod.ts";
import { clipOptions, textDefaults, towerOptions, visionDefaults } from "./clip_options.ts";
import { unetOptions, vaeOptions } from "./diffusers_options.ts";
import { objectOf, optionIssues, readOptions, size } from "./options.ts";

const activation = z.enum(["quick_gelu", "gelu"]);
const tower = {
  hidden_size: size,
  intermediate_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  hidden_act: activation,
  layer_norm_eps: z.number(),
};
const clip = z.object({
  projection_dim: size.default(512),
  text_config: z.object({
    ...tower,
    vocab_size: size,
    max_position_embeddings: size,
    eos_token_id: z.number().int(),
  }),
  vision_config: z.object({ ...tower, image_size: size, patch_size: size }),
});

type Json = Record<string, unknown>;

/**
 * CLIP's sizes from a hub folder's config.json; throws on options that are not supported.
 *
 * Source: transformers, models/clip/configuration_clip.py.
 */
export function clipConfig(json: unknown): ClipConfig {
  const whole = objectOf("CLIP config.json", json),
    text = mergedTower(whole, "text_config", textDefaults);
  const vision = mergedTower(whole, "vision_config", visionDefaults);
  const issuesOf = () => [
    ...optionIssues(whole, clipOptions),
    ...optionIssues(text, towerOptions.text, "text_config."),
    ...optionIssues(vision, towerOptions.vision, "vision_config."),
  ];
  const merged = { ...whole, text_config: text, vision_config: vision };
  const c = readOptions("CLIP config.json", merged, clip, issuesOf, (c) => [
    ...headIssues("text_config.", c.text_config),
    ...headIssues("vision_config.", c.vision_config),
    ...(c.vision_config.image_size % c.vision_config.patch_size === 0 ? [] : [
      `vision_config.patch_size is ${c.vision_config.patch_size}, expected a divisor of ` +
      `image_size ${c.vision_config.image_size}`,
    ]),
  ]);
  const { text_config: t, vision_config: v } = c;
  return {
    projection: c.projection_dim,
    text: {
      ...common(t),
      vocabulary: t.vocab_size,
      contextLength: t.max_position_embeddings,
      endOfText: t.eos_token_id,
    },
    vision: { ...common(v), imageSize: v.image_size, patchSize: v.patch_size },
  };
}

/**
 * A tower's options with the library's defaults. Files of before 2023 hold a second, partial copy
 * (`text_config_dict`), which together with the defaults outranks the first, as in transformers.
 */
function mergedTower(whole: Json, key: string, defaults: Json): Json {
  const older = whole[`${key}_dict`], given = (whole[key] ?? {}) as Json;
  if (typeof older !== "object" || older === null) return { ...defaults, ...given };
  return { ...given, ...defaults, ...older };
}

function common(c: z.infer<z.ZodObject<typeof tower>>): ClipTowerConfig {
  return {
    hiddenSize: c.hidden_size,
    intermediateSize: c.intermediate_size,
    layers: c.num_hidden_layers,
    heads: c.num_attention_heads,
    activation: c.hidden_act,
    layerNormEps: c.layer_norm_eps,
  };
}

function headIssues(
  at: string,
  { hidden_size: width, num_attention_heads: heads }: {
    hidden_size: number;
    num_attention_heads: number;
  },
): string[] {
  if (width % heads === 0) return [];
  return [`${at}num_attention_heads is ${heads}, expected a divisor of hidden_size ${width}`];
}

/** One number, or the same for every level in a list. */
const same = z.union([
  size,
  z.array(size).nonempty().refine((all) => new Set(all).size === 1, "expected equal numbers"),
]);
const unet = z.object({
  in_channels: size.default(4),
  out_channels: size.default(4),
  block_out_channels: z.array(size).nonempty().default([320, 640, 1280, 1280]),
  down_block_types: z.array(z.enum(["CrossAttnDownBlock2D", "DownBlock2D"])).default([
    ...["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"] as const,
    "DownBlock2D",
  ]),
  up_block_types: z.array(z.enum(["CrossAttnUpBlock2D", "UpBlock2D"])).optional(),
  layers_per_block: same.default(2),
  attention_head_dim: z.union([size, z.array(size)]).default(8),
  cross_attention_dim: same.default(1280),
  norm_num_groups: size.default(32),
  norm_eps: z.number().default(1e-5),
});
/**
 * The UNet's sizes from a hub folder's config.json; throws on options that are not supported.
 *
 * Source: diffusers, models/unets/unet_2d_condition.py.
 */
export function unetConfig(json: unknown): UNetConfig {
  const what = "UNet config.json";
  const issuesOf = (json: Json) => [
    ...classIssues(json, "UNet2DConditionModel"),
    ...optionIssues(json, { ...unetOptions, read: Object.keys(unet.shape) }),
  ];
  const c = readOptions(what, json, unet, issuesOf, (c) => unetIssues(c));
  const one = (value: number | number[]) => Array.isArray(value) ? value[0] as number : value;
  return {
    inChannels: c.in_channels,
    outChannels: c.out_channels,
    channels: c.block_out_channels,
    attends: c.down_block_types.map((type) => type === "CrossAttnDownBlock2D"),
    layersPerBlock: one(c.layers_per_block),
    heads: headsOf(c),
    crossAttention: one(c.cross_attention_dim),
    groups: c.norm_num_groups,
    normEps: c.norm_eps,
  };
}

/** Stable Diffusion v1's files say "attention_head_dim" and mean the number of heads. */
function headsOf({ attention_head_dim: heads, block_out_channels }: z.infer<typeof unet>) {
  return Array.isArray(heads) ? heads : block_out_channels.map(() => heads);
}

/** What does not fit together. */
function unetIssues(c: z.infer<typeof unet>): string[] {
  const channels = c.block_out_channels, levels = channels.length, heads = headsOf(c);
  const issues: string[] = [];
  const perLevel = ["down_block_types", "up_block_types", "attention_head_dim"] as const;
  for (const name of [...perLevel, "layers_per_block", "cross_attention_dim"] as const) {
    const value = c[name];
    if (!Array.isArray(value) || value.length === levels) continue;
    issues.push(`${name} has ${value.length} entries, expected ${levels} as block_out_channels`);
  }
  const mirrored = [...c.down_block_types].reverse().map((type) => type.replace("Down", "Up"));
  if (c.up_block_types !== undefined && c.up_block_types.join() !== mirrored.join()) {
    issues.push(`up_block_types is ${c.up_block_types}, expected ${mirrored} as down_block_types`);
  }
  channels.forEach((width, i) => {
    if (width % c.norm_num_groups !== 0) {
      issues.push(`norm_num_groups is ${c.norm_num_groups}, expected a divisor of ${width}`);
    }
    const attends = c.down_block_types[i] === "CrossAttnDownBlock2D" || i === levels - 1;
    if (attends && width % (heads[i] ?? 1) !== 0) {
      issues.push(`attention_head_dim is ${heads[i]} heads, expected a divisor of ${width}`);
    }
  });
  if ((channels[0] as number) % 2 !== 0) {
    issues.push(`block_out_channels begins with ${channels[0]}, expected an even number`);
  }
  return issues;
}

const vae = z.object({
  in_channels: size.default(3),
  out_channels: size.default(3),
  latent_channels: size.default(4),
  block_out_channels: z.array(size).nonempty().default([64]),
  layers_per_block: size.default(1),
  norm_num_groups: size.default(32),
  mid_block_add_attention: z.boolean().default(true),
  scaling_factor: z.number().default(0.18215),
});
/**
 * The autoencoder's sizes from a hub folder's config.json; throws on options that are not supported.
 *
 * Source: diffusers, models/autoencoders/autoencoder_kl.py.
 */
export function vaeConfig(json: unknown): VaeConfig {
  const issuesOf = (json: Json) => {
    const levels = (json.block_out_channels as unknown[] | undefined)?.length ?? 1;
    const uneven = ["down_block_types", "up_block_types"].flatMap((name) => {
      const found = json[name];
      if (!Array.isArray(found) || found.length === levels) return [];
      return [`${name} has ${found.length} entries, expected ${levels} as block_out_channels`];
    });
    return [
      ...classIssues(json, "AutoencoderKL"),
      ...optionIssues(json, { ...vaeOptions, read: Object.keys(vae.shape) }),
      ...uneven,
    ];
  };
  const c = readOptions("autoencoder config.json", json, vae, issuesOf, (c) => [
    ...(c.in_channels === c.out_channels
      ? []
      : [`out_channels is ${c.out_channels}, expected ${c.in_channels} as in_channels`]),
    ...c.block_out_channels.filter((width) => width % c.norm_num_groups !== 0).map((width) =>
      `norm_num_groups is ${c.norm_num_groups}, expected a divisor of ${width}`
    ),
  ]);
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

/** A file that says it belongs to another class. */
function classIssues(json: Json, expected: string): string[] {
  const found = json._class_name ?? expected;
  return found === expected ? [] : [`_class_name is ${found}, expected ${expected}`];
}
