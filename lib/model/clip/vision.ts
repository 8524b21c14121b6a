import { tf } from "../../runtime/mod.ts";
import { linear } from "../nn/linear.ts";
import { layerNorm } from "../nn/norm.ts";
import { normSpecs, param, type Params, type ParamSpecs } from "../nn/params.ts";
import { clipPixelMean, clipPixelStd, type ClipVisionConfig } from "./config.ts";
import { normalise } from "./text.ts";
import { transformer, transformerSpecs } from "./transformer.ts";

/** What the vision tower says of a batch of pictures. */
export interface VisionOutput {
  /** [batch, 1 + patches, hidden]: the last hidden states. */
  readonly states: tf.Tensor3D;
  /** [batch, hidden]: the normalised class token. */
  readonly pooled: tf.Tensor2D;
}

/**
 * CLIP's vision tower on pixels [batch, size, size, 3] that were normalised by {@link clipPixels}.
 *
 * Source: transformers, models/clip/modeling_clip.py (CLIPVisionTransformer).
 */
export function visionTower(p: Params, c: ClipVisionConfig, pixels: tf.Tensor4D): VisionOutput {
  const [batch, height, width] = pixels.shape;
  if (height !== c.imageSize || width !== c.imageSize) {
    throw new Error(
      `vision tower: expected pictures of ${c.imageSize}×${c.imageSize}, found ${height}×${width}`,
    );
  }
  const [states, pooled] = tf.tidy(() => {
    const patches = patchEmbedding(p, c, pixels);
    const first = tf.tile(
      tf.reshape(param(p, "vision_model.embeddings.class_embedding"), [1, 1, c.hiddenSize]),
      [batch, 1, 1],
    );
    const places = param(p, "vision_model.embeddings.position_embedding.weight");
    const x = tf.add(tf.concat([first, patches], 1), places);
    const h = layerNorm(p, "vision_model.pre_layrnorm", x, c.layerNormEps) as tf.Tensor3D;
    const states = transformer(p, "vision_model.encoder", c, h);
    const token = tf.reshape(tf.slice(states, [0, 0, 0], [-1, 1, -1]), [batch, c.hiddenSize]);
    return [
      states,
      layerNorm(p, "vision_model.post_layernorm", token, c.layerNormEps) as tf.Tensor2D,
    ];
  });
  return { states, pooled };
}

/** The strided patch convolution as one matrix product: [batch, patches, hidden]. */
function patchEmbedding(p: Params, c: ClipVisionConfig, pixels: tf.Tensor4D): tf.Tensor3D {
  const size = c.patchSize, side = c.imageSize / size, batch = pixels.shape[0];
  const weight = param(p, "vision_model.embeddings.patch_embedding.weight");
  const cut = tf.transpose(
    tf.reshape(pixels, [batch, side, size, side, size * 3]),
    [0, 1, 3, 2, 4],
  );
  const rows = tf.reshape(cut, [batch * side * side, size * size * 3]);
  const embedded = tf.matMul(rows, tf.reshape(weight, [size * size * 3, c.hiddenSize]));
  return tf.reshape(embedded, [batch, side * side, c.hiddenSize]) as tf.Tensor3D;
}

/** L2-normalised image embeddings [batch, projection] of pooled states [batch, hidden]. */
export function imageEmbedding(p: Params, pooled: tf.Tensor2D): tf.Tensor2D {
  return normalise(linear(p, "visual_projection", pooled) as tf.Tensor2D);
}

/** Pixels in [−1, 1] → pixels with CLIP's published mean 0 and deviation 1, any […, 3]. */
export function clipPixels(pixels: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => {
    const mean = tf.tensor1d(clipPixelMean.map((m) => 2 * m - 1));
    const std = tf.tensor1d(clipPixelStd.map((s) => 2 * s));
    return tf.div(tf.sub(pixels, mean), std) as tf.Tensor4D;
  });
}

/** Parameters of the vision tower and its projection. */
export function visionSpecs(c: ClipVisionConfig, projection: number): ParamSpecs {
  const d = c.hiddenSize, patches = (c.imageSize / c.patchSize) ** 2;
  return {
    "vision_model.embeddings.class_embedding": { shape: [d], init: { normal: d ** -0.5 } },
    "vision_model.embeddings.patch_embedding.weight": {
      shape: [d, 3, c.patchSize, c.patchSize],
      init: { normal: 0.02 },
    },
    "vision_model.embeddings.position_embedding.weight": {
      shape: [patches + 1, d],
      init: { normal: 0.02 },
    },
    ...normSpecs("vision_model.pre_layrnorm", d),
    ...transformerSpecs("vision_model.encoder", c),
    ...normSpecs("vision_model.post_layernorm", d),
    "visual_projection.weight": { shape: [projection, d], init: { normal: d ** -0.5 } },
  };
}
