/** config.json of every part in the form that transformers and diffusers write. */
import {
  type ClipConfig,
  clipPixelMean,
  clipPixelStd,
  type ClipTowerConfig,
  type ModelConfig,
  type Tokenizer,
} from "../model/mod.ts";

/** Number type of the tensors, as transformers calls it. */
type TorchDtype = "float32" | "float16";

type Json = Record<string, unknown>;

// Options left out have the libraries' defaults. transformers 5 refuses the number 1 where it expects
// 1.0, and JSON.stringify writes no other.
function tower(c: ClipTowerConfig): Json {
  return {
    hidden_act: c.activation,
    hidden_size: c.hiddenSize,
    initializer_range: 0.02,
    intermediate_size: c.intermediateSize,
    layer_norm_eps: c.layerNormEps,
    num_attention_heads: c.heads,
    num_hidden_layers: c.layers,
  };
}

function text({ text: c, projection }: ClipConfig, tokenizer: Tokenizer): Json {
  return {
    ...tower(c),
    bos_token_id: tokenizer.startId,
    eos_token_id: c.endOfText,
    pad_token_id: tokenizer.padId,
    max_position_embeddings: c.contextLength,
    model_type: "clip_text_model",
    projection_dim: projection,
    vocab_size: c.vocabulary,
  };
}

/** A CLIP folder's config.json (transformers' CLIPModel). */
export function clipJson(c: ClipConfig, tokenizer: Tokenizer, dtype: TorchDtype): Json {
  return {
    architectures: ["CLIPModel"],
    dtype,
    logit_scale_init_value: 2.6592,
    model_type: "clip",
    projection_dim: c.projection,
    text_config: text(c, tokenizer),
    vision_config: {
      ...tower(c.vision),
      image_size: c.vision.imageSize,
      model_type: "clip_vision_model",
      num_channels: 3,
      patch_size: c.vision.patchSize,
      projection_dim: c.projection,
    },
  };
}

/** A pipeline's text_encoder/config.json (transformers' CLIPTextModel). */
export function textEncoderJson(c: ClipConfig, tokenizer: Tokenizer, dtype: TorchDtype): Json {
  return { architectures: ["CLIPTextModel"], dtype, ...text(c, tokenizer) };
}

/** A CLIP folder's preprocessor_config.json. */
export function preprocessorJson({ vision: { imageSize: size } }: ClipConfig): Json {
  return {
    image_processor_type: "CLIPImageProcessor",
    do_resize: true,
    size: { shortest_edge: size },
    resample: 3,
    do_center_crop: true,
    crop_size: { height: size, width: size },
    do_rescale: true,
    rescale_factor: 1 / 255,
    do_normalize: true,
    image_mean: [...clipPixelMean],
    image_std: [...clipPixelStd],
    do_convert_rgb: true,
  };
}

/** A pipeline's unet/config.json (diffusers' UNet2DConditionModel). */
export function unetJson({ unet: c, vae, imageSize }: ModelConfig): Json {
  const type = (where: "Down" | "Up") => (attends: boolean) =>
    attends ? `CrossAttn${where}Block2D` : `${where}Block2D`;
  const [first] = c.heads, same = c.heads.every((heads) => heads === first);
  return {
    _class_name: "UNet2DConditionModel",
    act_fn: "silu",
    // These files say "attention_head_dim" and mean the number of heads.
    attention_head_dim: same ? first : [...c.heads],
    block_out_channels: [...c.channels],
    center_input_sample: false,
    cross_attention_dim: c.crossAttention,
    down_block_types: c.attends.map(type("Down")),
    downsample_padding: 1,
    flip_sin_to_cos: true,
    freq_shift: 0,
    in_channels: c.inChannels,
    layers_per_block: c.layersPerBlock,
    mid_block_scale_factor: 1,
    norm_eps: c.normEps,
    norm_num_groups: c.groups,
    out_channels: c.outChannels,
    sample_size: imageSize / 2 ** (vae.channels.length - 1),
    up_block_types: [...c.attends].reverse().map(type("Up")),
  };
}

/** A pipeline's vae/config.json (diffusers' AutoencoderKL). */
export function vaeJson({ vae: c, imageSize }: ModelConfig): Json {
  return {
    _class_name: "AutoencoderKL",
    act_fn: "silu",
    block_out_channels: [...c.channels],
    down_block_types: c.channels.map(() => "DownEncoderBlock2D"),
    in_channels: c.imageChannels,
    latent_channels: c.latentChannels,
    layers_per_block: c.layersPerBlock,
    mid_block_add_attention: c.midAttention,
    norm_num_groups: c.groups,
    out_channels: c.imageChannels,
    sample_size: imageSize,
    scaling_factor: c.scalingFactor,
    up_block_types: c.channels.map(() => "UpDecoderBlock2D"),
  };
}

/** A pipeline's scheduler/scheduler_config.json: PNDM, as Stable Diffusion v1.5 is published. */
export function schedulerJson({ schedule: c }: ModelConfig): Json {
  return {
    _class_name: "PNDMScheduler",
    beta_end: c.betaEnd,
    beta_schedule: c.kind ?? "scaled_linear",
    beta_start: c.betaStart,
    num_train_timesteps: c.steps,
    prediction_type: c.prediction ?? "epsilon",
    set_alpha_to_one: false,
    skip_prk_steps: true,
    steps_offset: 1,
    trained_betas: null,
  };
}

/** A pipeline's model_index.json, without safety checker. */
export function modelIndexJson(): Json {
  return {
    _class_name: "StableDiffusionPipeline",
    feature_extractor: [null, null],
    image_encoder: [null, null],
    requires_safety_checker: false,
    safety_checker: [null, null],
    scheduler: ["diffusers", "PNDMScheduler"],
    text_encoder: ["transformers", "CLIPTextModel"],
    tokenizer: ["transformers", "CLIPTokenizer"],
    unet: ["diffusers", "UNet2DConditionModel"],
    vae: ["diffusers", "AutoencoderKL"],
  };
}
