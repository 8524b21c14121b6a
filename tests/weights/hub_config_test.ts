import assert from "node:assert/strict";
import { clipVitL14 } from "unidiff/model/clip/config.ts";
import { sd15Unet, sd15Vae, sdSchedule } from "unidiff/model/diffusion/config.ts";
import { clipConfig, unetConfig, vaeConfig } from "unidiff/weights/hub_config.ts";
import { parsePython } from "unidiff/weights/plain_json.ts";
import { schedulerConfig } from "unidiff/weights/scheduler_config.ts";
import { loadCase } from "../golden.ts";

/** Stable Diffusion v1.5's unet/config.json, as published with diffusers 0.6. */
const unet15 = {
  _class_name: "UNet2DConditionModel",
  _diffusers_version: "0.6.0",
  act_fn: "silu",
  attention_head_dim: 8,
  block_out_channels: [320, 640, 1280, 1280],
  center_input_sample: false,
  cross_attention_dim: 768,
  down_block_types: [
    ...["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
    "DownBlock2D",
  ],
  downsample_padding: 1,
  flip_sin_to_cos: true,
  freq_shift: 0,
  in_channels: 4,
  layers_per_block: 2,
  mid_block_scale_factor: 1,
  norm_eps: 1e-5,
  norm_num_groups: 32,
  out_channels: 4,
  sample_size: 64,
  up_block_types: [
    "UpBlock2D",
    ...["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"],
  ],
};
/** Its vae/config.json. */
const vae15 = {
  _class_name: "AutoencoderKL",
  _diffusers_version: "0.6.0",
  act_fn: "silu",
  block_out_channels: [128, 256, 512, 512],
  down_block_types: Array(4).fill("DownEncoderBlock2D"),
  in_channels: 3,
  latent_channels: 4,
  layers_per_block: 2,
  norm_num_groups: 32,
  out_channels: 3,
  sample_size: 512,
  up_block_types: Array(4).fill("UpDecoderBlock2D"),
};
const tower = (hidden_size: number, num_attention_heads: number, num_hidden_layers: number) => ({
  hidden_size,
  intermediate_size: 4 * hidden_size,
  num_attention_heads,
  num_hidden_layers,
  projection_dim: 768,
});
/** The options of openai/clip-vit-large-patch14's config.json that decide anything. */
const clipL = {
  architectures: ["CLIPModel"],
  model_type: "clip",
  projection_dim: 768,
  text_config: {
    ...tower(768, 12, 12),
    attention_dropout: 0,
    dropout: 0,
    eos_token_id: 2,
    hidden_act: "quick_gelu",
    max_position_embeddings: 77,
    model_type: "clip_text_model",
    pruned_heads: {},
    vocab_size: 49408,
  },
  text_config_dict: tower(768, 12, 12),
  vision_config: { ...tower(1024, 16, 24), image_size: 224, num_channels: 3, patch_size: 14 },
  vision_config_dict: { ...tower(1024, 16, 24), patch_size: 14 },
};

Deno.test("published config files give the preset's sizes", () => {
  assert.deepEqual(unetConfig(unet15), sd15Unet);
  assert.deepEqual(vaeConfig(vae15), sd15Vae);
  assert.deepEqual(clipConfig(clipL), clipVitL14);
});

Deno.test("clipConfig() lets text_config_dict outrank text_config, as transformers does", () => {
  const { text_config_dict: _, ...newer } = clipL;
  assert.equal(clipConfig(newer).text.endOfText, 2);
  assert.equal(clipConfig(clipL).text.endOfText, 49407);
  assert.equal(clipConfig({ ...clipL, text_config_dict: null }).text.endOfText, 2);
});

Deno.test("heads may differ by level; block types and lists must fit the levels", () => {
  const heads = unetConfig({ ...unet15, attention_head_dim: [5, 10, 20, 20] }).heads;
  assert.deepEqual(heads, [5, 10, 20, 20]);
  const wrong: [Record<string, unknown>, RegExp][] = [
    [{ attention_head_dim: [5, 10] }, /attention_head_dim has 2 entries, expected 4/],
    [{ attention_head_dim: 7 }, /attention_head_dim is 7 heads, expected a divisor of 320/],
    [{ norm_num_groups: 48 }, /norm_num_groups is 48, expected a divisor of 320/],
    [{ up_block_types: unet15.up_block_types.toReversed() }, /up_block_types is .* expected UpBl/],
    [{ down_block_types: ["DownBlock2D"] }, /down_block_types has 1 entries, expected 4/],
    [{ down_block_types: Array(4).fill("SkipDownBlock2D") }, /down_block_types.0 is "SkipDown/],
    [{ layers_per_block: [1, 2, 2, 2] }, /layers_per_block .*expected equal numbers/],
    [{ _class_name: "UNet2DModel" }, /_class_name is UNet2DModel, expected UNet2DConditionModel/],
  ];
  for (const [change, message] of wrong) {
    assert.throws(() => unetConfig({ ...unet15, ...change }), message);
  }
});

Deno.test("an option that is not implemented is refused by name and value", async () => {
  const unets: [string, unknown][] = [
    ["use_linear_projection", true],
    ["act_fn", "gelu"],
    ["dual_cross_attention", true],
    ["class_embed_type", "timestep"],
    ["num_class_embeds", 10],
    ["resnet_time_scale_shift", "scale_shift"],
    ["center_input_sample", true],
    ["flip_sin_to_cos", false],
    ["freq_shift", 1],
    ["only_cross_attention", [true, false, false, false]],
    ["upcast_attention", true],
    ["attention_type", "gated"],
    ["encoder_hid_dim", 64],
    ["addition_embed_type", "text"],
    ["mid_block_type", "UNetMidBlock2D"],
    ["num_attention_heads", 8],
    ["transformer_layers_per_block", [1, 2, 10, 10]],
    ["time_embedding_type", "fourier"],
    ["conv_in_kernel", 5],
    ["dropout", 0.1],
    ["my_option", 3],
  ];
  const vaes: [string, unknown][] = [
    ["use_quant_conv", false],
    ["use_post_quant_conv", false],
    ["shift_factor", 0.1],
    ["latents_mean", [0.1]],
    ["act_fn", "relu"],
    ["my_option", null],
  ];
  const escaped = (value: unknown) => JSON.stringify(value).replace(/[[\](){}.*+?^$|\\]/g, "\\$&");
  for (
    const [config, good, options] of [[unetConfig, unet15, unets], [
      vaeConfig,
      vae15,
      vaes,
    ]] as const
  ) {
    for (const [name, value] of options) {
      const message = new RegExp(`not supported: ${name} (is|\\()? ?${escaped(value)}`);
      assert.throws(() => config({ ...good, [name]: value }), message, name);
    }
  }
  // Everything that the newest version writes, defaults and all, is known.
  unetConfig((await loadCase("unet_tiny")).config);
  vaeConfig((await loadCase("vae_tiny")).config);
  clipConfig((await loadCase("clip_tiny")).config);
});

Deno.test("clipConfig() refuses options of either tower by name and value", () => {
  const text = (change: Record<string, unknown>) => ({
    ...clipL,
    text_config_dict: null,
    text_config: { ...clipL.text_config, ...change },
  });
  const vision = (change: Record<string, unknown>) => ({
    ...clipL,
    vision_config_dict: null,
    vision_config: { ...clipL.vision_config, ...change },
  });
  const wrong: [unknown, RegExp][] = [
    [text({ hidden_act: "gelu_new" }), /text_config.hidden_act is "gelu_new"/],
    [text({ attention_dropout: 0.1 }), /text_config.attention_dropout is 0.1, expected 0/],
    [text({ eos_token_id: [1, 2] }), /text_config.eos_token_id is \[1,2\]/],
    [text({ num_attention_heads: 7 }), /text_config.num_attention_heads is 7, expected a divisor/],
    [text({ rope_theta: 1e4 }), /text_config.rope_theta \(10000\) is not known/],
    [vision({ num_channels: 4 }), /vision_config.num_channels is 4, expected 3/],
    [vision({ patch_size: 15 }), /vision_config.patch_size is 15, expected a divisor of image_si/],
    [vision({ image_size: [224, 336] }), /vision_config.image_size is \[224,336\]/],
    [{ ...clipL, model_type: "siglip" }, /model_type is "siglip", expected "clip"/],
    ["no object", /CLIP config.json is "no object", expected a JSON object/],
  ];
  for (const [json, message] of wrong) assert.throws(() => clipConfig(json), message);
});

/** scheduler/scheduler_config.json of Stable Diffusion v1.5, as published. */
const pndm15 = {
  _class_name: "PNDMScheduler",
  _diffusers_version: "0.6.0",
  beta_end: 0.012,
  beta_schedule: "scaled_linear",
  beta_start: 0.00085,
  clip_sample: false,
  num_train_timesteps: 1000,
  set_alpha_to_one: false,
  skip_prk_steps: true,
  steps_offset: 1,
  trained_betas: null,
};

Deno.test("schedulerConfig() reads the published file and the defaults of each class", () => {
  assert.deepEqual(schedulerConfig(pndm15), {
    schedule: sdSchedule,
    sampler: "pndm",
    options: { spacing: "leading", offset: 1, last: "first" },
  });
  const dpm = parsePython(
    '{"_class_name": "DPMSolverMultistepScheduler", "lambda_min_clipped": -Infinity,\n' +
      ' "use_karras_sigmas": true, "prediction_type": "v_prediction", "clip_sample": true}',
  );
  assert.deepEqual(schedulerConfig(dpm), {
    schedule: {
      ...{ steps: 1000, betaStart: 0.0001, betaEnd: 0.02, kind: "linear" },
      prediction: "v_prediction",
    },
    sampler: "dpm-solver++-karras",
    options: { spacing: "linspace", offset: 0, last: "first" },
  });
  const ddim = { ...pndm15, _class_name: "DDIMScheduler", set_alpha_to_one: undefined };
  assert.equal(schedulerConfig(JSON.parse(JSON.stringify(ddim))).options.last, "one");
});

Deno.test("schedulerConfig() refuses by name and value what would give other numbers", () => {
  const { clip_sample: _, skip_prk_steps: __, ...bare } = pndm15;
  const wrong: [Record<string, unknown>, RegExp][] = [
    [{ ...pndm15, _class_name: "LMSDiscreteScheduler" }, /_class_name is "LMSDiscreteScheduler"/],
    [{ ...pndm15, beta_schedule: "squaredcos_cap_v2" }, /beta_schedule is "squaredcos_cap_v2"/],
    [{ ...pndm15, trained_betas: [0.1] }, /trained_betas is \[0.1\], expected null/],
    [{ ...pndm15, prediction_type: "sample" }, /prediction_type is "sample"/],
    [{ ...pndm15, timestep_spacing: "uneven" }, /timestep_spacing is "uneven"/],
    [{ ...pndm15, skip_prk_steps: false }, /skip_prk_steps is false/],
    // Left out, these have defaults that are not implemented.
    [bare, /skip_prk_steps is false/],
    [{ ...bare, _class_name: "DDIMScheduler" }, /clip_sample is true/],
    [{ ...pndm15, _class_name: "DDPMScheduler", thresholding: true }, /thresholding is true/],
    [
      { ...pndm15, _class_name: "EulerDiscreteScheduler", use_karras_sigmas: true },
      /use_karras_sigmas is true, expected false with Euler's method/,
    ],
    [{ ...pndm15, my_option: 1 }, /my_option \(1\) is not known/],
  ];
  for (const [json, message] of wrong) assert.throws(() => schedulerConfig(json), message);
});
