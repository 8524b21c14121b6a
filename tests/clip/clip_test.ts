import assert from "node:assert/strict";
import { tf } from "unidiff/runtime/tf.ts";
import { clipSpecs } from "unidiff/clip/clip.ts";
import { textEmbedding, textTower } from "unidiff/clip/text.ts";
import { imageEmbedding, visionTower } from "unidiff/clip/vision.ts";
import { itcLoss } from "unidiff/losses/itc.ts";
import { linear } from "unidiff/nn/linear.ts";
import type { Params } from "unidiff/nn/params.ts";
import { clipConfig } from "unidiff/weights/hub_config.ts";
import { paramsFromTensors } from "unidiff/weights/params.ts";
import { onBackends } from "../backends.ts";
import { loadCase, tensorOf } from "../golden.ts";
import { assertGradients, assertOutput, gradientsOf, picture } from "../parity.ts";

for (const name of ["clip_tiny", "clip_gelu"]) {
  onBackends(`CLIP equals transformers on ${name}`, async () => {
    const { config, weights, io } = await loadCase(name);
    const c = clipConfig(config);
    const params = paramsFromTensors(weights, clipSpecs(c), name);
    const ids = tensorOf(io, "input_ids");
    const tokens = { ids: ids.data as Int32Array, count: ids.shape[0] as number };
    const forward = (p: Params) => {
      const text = textTower(p, c.text, tokens);
      const vision = visionTower(p, c.vision, picture(io, "pixel_values"));
      return {
        text,
        vision,
        u: textEmbedding(p, text.pooled),
        v: imageEmbedding(p, vision.pooled),
      };
    };
    tf.tidy(() => {
      const { text, vision, u, v } = forward(params);
      assertOutput(io, "text_hidden", text.states);
      assertOutput(io, "text_pooled", text.pooled);
      assertOutput(io, "vision_hidden", vision.states);
      assertOutput(io, "vision_pooled", vision.pooled);
      assertOutput(io, "text_embeds", linear(params, "text_projection", text.pooled));
      assertOutput(io, "image_embeds", linear(params, "visual_projection", vision.pooled));
      assertOutput(
        io,
        "logits_per_image",
        tf.mul(tf.matMul(v, u, false, true), tf.exp(params.logit_scale as tf.Scalar)),
      );
      const { value, grads } = gradientsOf(params, (p) => {
        const { u, v } = forward(p);
        return itcLoss(v, u, p.logit_scale as tf.Scalar);
      });
      assertOutput(io, "itc_loss", value);
      assert.equal(Object.keys(grads).length, Object.keys(params).length);
      assertGradients(io, grads);
    });
    tf.dispose(params);
  });
}
