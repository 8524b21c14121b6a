/** The options of diffusers' config files that are not read as sizes: see hub_config.ts. */
import { type Allowed, everywhere, type Options } from "./options.ts";

const none: Allowed = [null], no: Allowed = [false], silu: Allowed = ["silu", "swish"];
/** Of a UNet's file, but for those that are read. */
export const unetOptions: Omit<Options, "read"> = {
  fixed: {
    act_fn: silu,
    addition_embed_type: none,
    addition_time_embed_dim: none,
    attention_type: ["default"],
    center_input_sample: no,
    class_embed_type: none,
    class_embeddings_concat: no,
    conv_in_kernel: [3],
    conv_out_kernel: [3],
    cross_attention_norm: none,
    downsample_padding: [1],
    dropout: [0],
    dual_cross_attention: no,
    encoder_hid_dim: none,
    encoder_hid_dim_type: none,
    flip_sin_to_cos: [true],
    freq_shift: [0],
    mid_block_only_cross_attention: [null, false],
    mid_block_scale_factor: [1],
    mid_block_type: ["UNetMidBlock2DCrossAttn"],
    // The number of heads is called attention_head_dim; diffusers refuses this one too.
    num_attention_heads: none,
    num_class_embeds: none,
    only_cross_attention: everywhere(false),
    projection_class_embeddings_input_dim: none,
    resnet_out_scale_factor: [1],
    resnet_skip_time_act: no,
    resnet_time_scale_shift: ["default"],
    reverse_transformer_layers_per_block: none,
    time_cond_proj_dim: none,
    time_embedding_act_fn: none,
    time_embedding_dim: none,
    time_embedding_type: ["positional"],
    timestep_post_act: none,
    transformer_layers_per_block: everywhere(1),
    upcast_attention: no,
    use_linear_projection: no,
  },
  harmless: ["addition_embed_type_num_heads", "sample_size"],
};

/** Of an autoencoder's file, but for those that are read. */
export const vaeOptions: Omit<Options, "read"> = {
  fixed: {
    act_fn: silu,
    down_block_types: everywhere("DownEncoderBlock2D"),
    latents_mean: none,
    latents_std: none,
    shift_factor: [null, 0],
    up_block_types: everywhere("UpDecoderBlock2D"),
    use_post_quant_conv: [true],
    use_quant_conv: [true],
  },
  // Numbers are held in single precision here, so that nothing has to be upcast.
  harmless: ["force_upcast", "sample_size"],
};
