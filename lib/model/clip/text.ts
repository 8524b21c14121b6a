import { derived, tf } from "../../runtime/mod.ts";
import { causalMask } from "../nn/attention.ts";
import { linear } from "../nn/linear.ts";
import { layerNorm } from "../nn/norm.ts";
import { normSpecs, param, type Params, type ParamSpecs } from "../nn/params.ts";
import type { ClipTextConfig } from "./config.ts";
import { transformer, transformerSpecs } from "./transformer.ts";

/** Token ids of `count` captions, row-major [count, contextLength]. */
export interface Tokens {
  readonly ids: Int32Array;
  readonly count: number;
}

/** What the text tower says of a batch of captions. */
export interface TextOutput {
  /** [batch, context, hidden]: the states that condition the UNet. */
  readonly states: tf.Tensor3D;
  /** [batch, hidden]: the state at the end-of-text token. */
  readonly pooled: tf.Tensor2D;
}

/**
 * CLIP's text tower.
 *
 * Source: transformers, models/clip/modeling_clip.py (CLIPTextTransformer).
 */
export function textTower(p: Params, c: ClipTextConfig, tokens: Tokens): TextOutput {
  const { contextLength: length, hiddenSize } = c;
  const { ids, count } = tokens;
  if (ids.length !== count * length) {
    throw new Error(`text tower: expected ${count} × ${length} token ids, found ${ids.length}`);
  }
  const ends = derived(ids, (ids) => endPositions(ids, count, c));
  const [states, pooled] = tf.tidy(() => {
    const table = param<tf.Rank.R2>(p, "text_model.embeddings.token_embedding.weight");
    const places = param<tf.Rank.R2>(p, "text_model.embeddings.position_embedding.weight");
    const embedded = tf.reshape(tf.gather(table, tf.tensor1d(ids, "int32")), [
      count,
      length,
      hiddenSize,
    ]);
    const x = tf.add(embedded, places) as tf.Tensor3D;
    const h = transformer(p, "text_model.encoder", c, x, causalMask(length));
    const states = layerNorm(p, "text_model.final_layer_norm", h, c.layerNormEps) as tf.Tensor3D;
    const rows = tf.tensor1d(ends, "int32");
    return [
      states,
      tf.gather(tf.reshape(states, [count * length, hiddenSize]), rows) as tf.Tensor2D,
    ];
  });
  return { states, pooled };
}

/** L2-normalised text embeddings [batch, projection] of pooled states [batch, hidden]. */
export function textEmbedding(p: Params, pooled: tf.Tensor2D): tf.Tensor2D {
  return normalise(linear(p, "text_projection", pooled) as tf.Tensor2D);
}

/** Rows of `x` divided by their Euclidean length. */
export function normalise(x: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => tf.mul(x, tf.rsqrt(tf.sum(tf.square(x), 1, true)))) as tf.Tensor2D;
}

/** Row of each caption's pooled token: the first end-of-text (or, for id 2, the largest id). */
function endPositions(ids: Int32Array, count: number, c: ClipTextConfig): Int32Array {
  const largest = ids.reduce((a, b) => Math.max(a, b), 0);
  if (largest >= c.vocabulary) {
    throw new Error(`text tower: token id ${largest} is outside the vocabulary of ${c.vocabulary}`);
  }
  return Int32Array.from({ length: count }, (_, i) => {
    const row = ids.subarray(i * c.contextLength, (i + 1) * c.contextLength);
    const start = i * c.contextLength;
    if (c.endOfText === 2) return start + row.indexOf(row.reduce((a, b) => Math.max(a, b)));
    const at = row.indexOf(c.endOfText);
    if (at < 0) throw new Error(`text tower: caption ${i} has no end-of-text token ${c.endOfText}`);
    return start + at;
  });
}

/** Parameters of the text tower and its projection. */
export function textSpecs(c: ClipTextConfig, projection: number): ParamSpecs {
  const d = c.hiddenSize;
  return {
    "text_model.embeddings.token_embedding.weight": {
      shape: [c.vocabulary, d],
      init: { normal: 0.02 },
    },
    "text_model.embeddings.position_embedding.weight": {
      shape: [c.contextLength, d],
      init: { normal: 0.02 },
    },
    ...transformerSpecs("text_model.encoder", c),
    ...normSpecs("text_model.final_layer_norm", d),
    "text_projection.weight": { shape: [projection, d], init: { normal: d ** -0.5 } },
  };
}
