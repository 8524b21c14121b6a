import assert from "node:assert/strict";
import { join } from "@std/path";
import { tf } from "unidiff/runtime/tf.ts";
import { clipSpecs } from "unidiff/model/clip/clip.ts";
import { clipVitL14 } from "unidiff/model/clip/config.ts";
import { sd15Unet, sd15Vae } from "unidiff/model/diffusion/config.ts";
import { unetSpecs } from "unidiff/model/diffusion/unet.ts";
import { vaeSpecs } from "unidiff/model/diffusion/vae.ts";
import { nano } from "unidiff/model/config.ts";
import { countParameters } from "unidiff/model/nn/params.ts";
import { initialParams, loadParams, saveParams } from "unidiff/weights/params.ts";
import { clipConfig, unetConfig } from "unidiff/weights/hub_config.ts";
import { readSafetensors, writeSafetensors } from "unidiff/weights/safetensors.ts";
import { onBackends } from "../backends.ts";
import { loadCase } from "../golden.ts";

Deno.test("published sizes give the published numbers of parameters", () => {
  assert.equal(countParameters(clipSpecs(clipVitL14)), 427_616_513);
  assert.equal(countParameters(unetSpecs(sd15Unet)), 859_520_964);
  assert.equal(countParameters(vaeSpecs(sd15Vae)), 83_653_863);
});

onBackends("parameters come back from a file as they were, in published layout", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const specs = vaeSpecs(nano.vae), params = initialParams(specs, 3);
    const path = join(folder, "vae.safetensors");
    await saveParams(path, params);
    for (const [name, { shape }] of (await readSafetensors(path)).entries()) {
      assert.deepEqual(shape, [...(specs[name]?.shape ?? [])], name);
    }
    const back = await loadParams(path, specs);
    for (const name of Object.keys(specs)) {
      assert.deepEqual(back[name]?.shape, params[name]?.shape, name);
      assert.deepEqual(back[name]?.dataSync(), params[name]?.dataSync(), name);
    }
    tf.dispose([params, back]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a file that does not fit is refused by the names that differ", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "odd.safetensors");
    await writeSafetensors(path, {
      "conv_in.bias": { shape: [3], data: new Float32Array(3) },
      surprise: { shape: [1], data: new Float32Array(1) },
    }, {});
    await assert.rejects(() => loadParams(path, unetSpecs(nano.unet)), (error: Error) => {
      assert.match(error.message, /"surprise" is not expected/);
      assert.match(error.message, /"conv_in.bias" has shape \[3\], expected \[16\]/);
      assert.match(error.message, /"conv_in.weight" is missing/);
      return true;
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a number that is not finite is refused when it is read, by tensor, place and value", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const specs = { "conv_in.bias": unetSpecs(nano.unet)["conv_in.bias"]! };
    for (const bad of [NaN, Infinity, -Infinity]) {
      for (const dtype of ["F32", "F16"] as const) {
        const path = join(folder, `${bad}-${dtype}.safetensors`), data = new Float32Array(16);
        data[11] = bad;
        await writeSafetensors(path, { "conv_in.bias": { shape: [16], data } }, { dtype })
          .catch((error) => {
            if (dtype === "F32") throw error; // halves may refuse it on writing
          });
        if (dtype === "F16" && !await Deno.stat(path).catch(() => false)) continue;
        await assert.rejects(
          () => loadParams(path, specs),
          new RegExp(`tensor "conv_in.bias" holds ${bad} at number 11, expected finite numbers`),
        );
      }
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("an option of a hub config that is not supported is refused by name", async () => {
  const { config } = await loadCase("unet_tiny");
  assert.throws(
    () => unetConfig({ ...config, use_linear_projection: true }),
    /use_linear_projection/,
  );
  const clip = (await loadCase("clip_tiny")).config as { text_config: Record<string, unknown> };
  const odd = { ...clip, text_config: { ...clip.text_config, hidden_act: "relu" } };
  assert.throws(() => clipConfig(odd), /text_config.hidden_act/);
});
