import { tf } from "../../runtime/mod.ts";
import {
  clipSpecs,
  imageEmbedding,
  linear,
  type Params,
  textEmbedding,
  textTower,
  visionTower,
} from "../../model/mod.ts";
import { itcLoss } from "../../losses/mod.ts";
import { clipConfig, paramsFromTensors } from "../../weights/mod.ts";
import type { Comparison, Tolerances } from "./compare.ts";
import { compareGradients, gradientsOf } from "./gradients.ts";
import { expectTensors, type Reference, shaped, weightsOf } from "./reference.ts";
import { compareOutput, picture } from "./tensors.ts";

const outputs = [
  "text_hidden",
  "text_pooled",
  "vision_hidden",
  "vision_pooled",
  "text_embeds",
  "image_embeds",
  "logits_per_image",
  "itc_loss",
];

/** CLIP: states, pooled states, projections, logits, the contrastive loss and its gradients. */
export function checkClip(reference: Reference, tolerances: Tolerances): Comparison[] {
  const c = clipConfig(reference.config), specs = clipSpecs(c);
  const grads = Object.keys(specs).map((name) => `grad.${name}`);
  expectTensors(reference, ["input_ids", "pixel_values", ...outputs, ...grads]);
  const { contextLength } = c.text, { imageSize } = c.vision;
  const ids = shaped(reference.io, "input_ids", [undefined, contextLength]);
  const count = ids.shape[0] as number;
  const pixels = shaped(reference.io, "pixel_values", [count, 3, imageSize, imageSize]);
  const tokens = { ids: Int32Array.from(ids.data), count };
  const forward = (p: Params) => {
    const text = textTower(p, c.text, tokens);
    const vision = visionTower(p, c.vision, picture(pixels));
    return { text, vision, u: textEmbedding(p, text.pooled), v: imageEmbedding(p, vision.pooled) };
  };
  const compared: Comparison[] = [];
  tf.tidy(() => {
    const params = paramsFromTensors(weightsOf(reference, "clip"), specs, "weights.safetensors");
    const output = (name: string, actual: tf.Tensor) =>
      compared.push(compareOutput(reference.io, name, actual, tolerances.output));
    const { text, vision, u, v } = forward(params);
    output("text_hidden", text.states);
    output("text_pooled", text.pooled);
    output("vision_hidden", vision.states);
    output("vision_pooled", vision.pooled);
    output("text_embeds", linear(params, "text_projection", text.pooled));
    output("image_embeds", linear(params, "visual_projection", vision.pooled));
    const cosines = tf.matMul(v, u, false, true);
    output("logits_per_image", tf.mul(cosines, tf.exp(params.logit_scale as tf.Scalar)));
    const { value, grads } = gradientsOf(params, (p) => {
      const { u, v } = forward(p);
      return itcLoss(v, u, p.logit_scale as tf.Scalar);
    });
    output("itc_loss", value);
    compared.push(...compareGradients(reference.io, grads, tolerances.gradient));
  });
  return compared;
}
