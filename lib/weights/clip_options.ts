/** The options of CLIP's config.json, and transformers' defaults of its two towers. */
import type { Options } from "./options.ts";

/**
 * What transformers writes into any model's configuration and CLIP's forward pass does not read:
 * where the file comes from, how a language model would generate, how outputs are packed.
 */
const bookkeeping = [
  "add_cross_attention",
  "architectures",
  "bad_words_ids",
  "begin_suppress_tokens",
  "bos_token_id",
  "chunk_size_feed_forward",
  "cross_attention_hidden_size",
  "decoder_start_token_id",
  "diversity_penalty",
  "do_sample",
  "dtype",
  "early_stopping",
  "encoder_no_repeat_ngram_size",
  "exponential_decay_length_penalty",
  "finetuning_task",
  "forced_bos_token_id",
  "forced_eos_token_id",
  "gradient_checkpointing",
  "id2label",
  "initializer_factor",
  "initializer_range",
  "is_decoder",
  "is_encoder_decoder",
  "label2id",
  "length_penalty",
  "max_length",
  "min_length",
  "no_repeat_ngram_size",
  "num_beam_groups",
  "num_beams",
  "num_return_sequences",
  "output_attentions",
  "output_hidden_states",
  "output_scores",
  "pad_token_id",
  "prefix",
  "problem_type",
  "remove_invalid_values",
  "repetition_penalty",
  "return_dict",
  "return_dict_in_generate",
  "sep_token_id",
  "suppress_tokens",
  "task_specific_params",
  "temperature",
  "tf_legacy_loss",
  "tie_encoder_decoder",
  "tie_word_embeddings",
  "tokenizer_class",
  "top_k",
  "top_p",
  "torch_dtype",
  "torchscript",
  "transformers_version",
  "typical_p",
  "use_bfloat16",
  "use_cache",
];

/** Of the whole file. */
export const clipOptions: Options = {
  read: [
    ...["projection_dim", "text_config", "vision_config"],
    ...["text_config_dict", "vision_config_dict"],
  ],
  fixed: { model_type: ["clip"], pruned_heads: [{}] },
  harmless: [...bookkeeping, "eos_token_id", "logit_scale_init_value"],
};

const towerSizes = [
  "hidden_act",
  "hidden_size",
  "intermediate_size",
  "layer_norm_eps",
  "num_attention_heads",
  "num_hidden_layers",
];
const dropout = { attention_dropout: [0], dropout: [0], pruned_heads: [{}] };

/** Of each tower. CLIPModel takes its projection_dim from the whole file. */
export const towerOptions: Record<"text" | "vision", Options> = {
  text: {
    read: [...towerSizes, "eos_token_id", "max_position_embeddings", "vocab_size"],
    fixed: { ...dropout, model_type: ["clip_text_model"] },
    harmless: [...bookkeeping, "projection_dim"],
  },
  vision: {
    read: [...towerSizes, "image_size", "patch_size"],
    fixed: { ...dropout, model_type: ["clip_vision_model"], num_channels: [3] },
    harmless: [...bookkeeping, "eos_token_id", "projection_dim"],
  },
};

/** transformers 5.23, models/clip/configuration_clip.py, CLIPTextConfig. */
export const textDefaults = {
  vocab_size: 49408,
  hidden_size: 512,
  intermediate_size: 2048,
  num_hidden_layers: 12,
  num_attention_heads: 8,
  max_position_embeddings: 77,
  hidden_act: "quick_gelu",
  layer_norm_eps: 1e-5,
  eos_token_id: 49407,
};

/** transformers 5.23, models/clip/configuration_clip.py, CLIPVisionConfig. */
export const visionDefaults = {
  hidden_size: 768,
  intermediate_size: 3072,
  num_hidden_layers: 12,
  num_attention_heads: 12,
  image_size: 224,
  patch_size: 32,
  hidden_act: "quick_gelu",
  layer_norm_eps: 1e-5,
};
