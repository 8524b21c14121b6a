import assert from "node:assert/strict";
import { tf } from "unidiff/runtime/tf.ts";
import { stream } from "unidiff/runtime/random.ts";
import { vaeEncode } from "unidiff/model/diffusion/vae.ts";
import { nano } from "unidiff/model/config.ts";
import {
  normaliseLatents,
  reconstruct,
  startAutoencoder,
} from "unidiff/workshop/pretrain/autoencoder.ts";
import {
  picturesOf,
  pixelsOf,
  randomCrop,
  randomView,
} from "unidiff/workshop/pretrain/pictures.ts";
import { onBackends } from "../../backends.ts";
import { assertClose } from "../../golden.ts";

const size = 16, count = 6;
const pixels = stream(4, "pictures").uniforms(count * size * size * 3).map((u) => 2 * u - 1);
const pictures = picturesOf(pixels, size, Array.from({ length: count }, (_, i) => `picture ${i}`));

Deno.test("pictures keep pixels to half a grey level", () => {
  const back = pixelsOf(pictures);
  assert.ok(back.every((v, i) => Math.abs(v - (pixels[i] as number)) <= 0.5 / 127.5 + 1e-6));
  assert.deepEqual(pixelsOf(pictures, 2, 1), back.slice(2 * size * size * 3, 3 * size * size * 3));
});

Deno.test("randomCrop cuts a part of the picture, its colours permuted at most", () => {
  for (let draw = 0; draw < 20; draw++) {
    const out = new Float32Array(8 * 8 * 3), whole = pixelsOf(pictures, 1, 1);
    randomCrop(pictures, 1, 8, stream(draw, "crop"), out, 0);
    const sums = new Set<string>();
    for (let i = 0; i < whole.length; i += 3) sums.add([...whole.slice(i, i + 3)].sort().join());
    for (let i = 0; i < out.length; i += 3) {
      assert.ok(sums.has([...out.slice(i, i + 3)].sort().join()), "a pixel of the picture");
    }
  }
});

Deno.test("randomView stays in range and is a function of its stream", () => {
  const view = (seed: number) => {
    const out = new Float32Array(size * size * 3);
    randomView(pictures, 0, stream(seed, "view"), out, 0);
    return out;
  };
  assert.deepEqual(view(1), view(1));
  assert.notDeepEqual(view(1), view(2));
  assert.ok(view(3).every((v) => v >= -1 && v <= 1));
});

onBackends(
  "normaliseLatents gives latents mean 0 and deviation 1 and the same pictures back",
  () => {
    const config = nano.vae, params = startAutoencoder(config, 0);
    const before = reconstruct(params, config, pictures);
    normaliseLatents(params, config, pictures);
    const after = reconstruct(params, config, pictures);
    assertClose(after.pixels, before.pixels, 1e-4, "reconstruction");
    tf.tidy(() => {
      const x = tf.tensor4d(pixelsOf(pictures), [count, size, size, 3]);
      const latents = tf.reshape(vaeEncode(params, config, x).mean, [-1, config.latentChannels]);
      const { mean, variance } = tf.moments(latents, 0);
      for (const m of mean.dataSync()) assert.ok(Math.abs(m) < 1e-4, `mean ${m}`);
      for (const v of variance.dataSync()) assert.ok(Math.abs(v - 1) < 1e-3, `variance ${v}`);
    });
    tf.dispose(params);
  },
);
