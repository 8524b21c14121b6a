import assert from "node:assert/strict";
import {
  fromPublished,
  layoutOf,
  nchwToNhwc,
  nhwcToNchw,
  toPublished,
} from "unidiff/weights/layout.ts";
import { loadCase } from "../golden.ts";

const count = (n: number) => Float32Array.from({ length: n }, (_, i) => i);

Deno.test("fromPublished() turns [out, in] into [in, out]", () => {
  assert.deepEqual(fromPublished("text_projection.weight", [2, 3], count(6)), {
    shape: [3, 2],
    data: Float32Array.of(0, 3, 1, 4, 2, 5),
  });
});

Deno.test("fromPublished() turns [out, in, h, w] into [h, w, in, out]", () => {
  const [o, i, h, w] = [2, 3, 4, 5], data = count(o * i * h * w);
  const turned = fromPublished("conv_in.weight", [o, i, h, w], data);
  assert.deepEqual(turned.shape, [h, w, i, o]);
  for (let a = 0; a < o; a++) {
    for (let b = 0; b < i; b++) {
      for (let y = 0; y < h; y++) {
        for (let x = 0; x < w; x++) {
          assert.equal(
            turned.data[((y * w + x) * i + b) * o + a],
            data[((a * i + b) * h + y) * w + x],
          );
        }
      }
    }
  }
});

Deno.test("layoutOf() tells lookup tables, linear layers and the rest apart by name", () => {
  const expected: [string, number, string][] = [
    ["text_model.embeddings.token_embedding.weight", 2, "same"],
    ["vision_model.embeddings.position_embedding.weight", 2, "same"],
    ["vision_model.embeddings.patch_embedding.weight", 4, "convolution"],
    ["vision_model.embeddings.class_embedding", 1, "same"],
    ["text_model.embeddings.position_ids", 2, "same"],
    ["time_embedding.linear_1.weight", 2, "linear"],
    ["down_blocks.0.resnets.0.time_emb_proj.weight", 2, "linear"],
    ["visual_projection.weight", 2, "linear"],
    ["decoder.mid_block.attentions.0.query.weight", 2, "linear"],
    ["down_blocks.0.attentions.0.proj_in.weight", 4, "convolution"],
    ["up_blocks.1.resnets.0.conv_shortcut.weight", 4, "convolution"],
    ["conv_norm_out.weight", 1, "same"],
    ["logit_scale", 0, "same"],
  ];
  for (const [name, rank, kind] of expected) assert.equal(layoutOf(name, rank), kind, name);
  assert.throws(() => layoutOf("video.weight", 5), /"video.weight" has rank 5, expected/);
});

Deno.test("toPublished() undoes fromPublished() for every tensor of the reference models", async () => {
  for (const name of ["clip_tiny", "unet_tiny", "vae_tiny"]) {
    for (const [key, { shape, data }] of (await loadCase(name)).weights) {
      const inner = fromPublished(key, shape, data);
      assert.deepEqual(toPublished(key, inner.shape, inner.data), { shape, data }, key);
    }
  }
});

Deno.test("nchwToNhwc() moves channels last and nhwcToNchw() moves them back", () => {
  const inner = nchwToNhwc(count(12), [2, 3, 1, 2]);
  assert.deepEqual(inner, {
    shape: [2, 1, 2, 3],
    data: Float32Array.of(0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11),
  });
  assert.deepEqual(nhwcToNchw(inner.data, inner.shape), { shape: [2, 3, 1, 2], data: count(12) });
  assert.throws(() => nchwToNhwc(count(11), [2, 3, 1, 2]), /11 numbers, expected 12/);
});
