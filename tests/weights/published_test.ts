/** Published folders in: shards, variants, old names, number types, and what does not fit. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { loadTokenizer } from "unidiff/model/clip/tokenizer_files.ts";
import { nano } from "unidiff/model/config.ts";
import { type Model, modelSpecs } from "unidiff/model/model.ts";
import { projectFolder } from "unidiff/runtime/project.ts";
import { tf } from "unidiff/runtime/tf.ts";
import { startBackend } from "unidiff/runtime/backend.ts";
import { writePublished } from "unidiff/weights/hub_write.ts";
import { initialParams } from "unidiff/weights/params.ts";
import { loadPublished } from "unidiff/weights/published.ts";
import { readSafetensors } from "unidiff/weights/safetensors.ts";
import { inFolder } from "../data/folder.ts";
import { bytesOf, type RawEntry, rawFile } from "./raw_file.ts";

const config = {
  ...nano,
  vae: { ...nano.vae, midAttention: true, scalingFactor: 0.18215 },
};

async function nanoModel(seed: number): Promise<Model> {
  const tokenizer = await loadTokenizer(join(projectFolder, "data", "mini", "tokenizer"));
  return { config, tokenizer, params: initialParams(modelSpecs(config), seed) };
}

/** Runs `body` with a model and the folders that the project wrote of it. */
async function withFolders(
  body: (model: Model, folders: { clip: string; diffusion: string }) => Promise<void>,
): Promise<void> {
  await startBackend("wasm");
  await inFolder(async (parent) => {
    const model = await nanoModel(5), folder = join(parent, "model");
    try {
      await writePublished(model, folder);
      await body(model, { clip: join(folder, "clip"), diffusion: join(folder, "diffusion") });
    } finally {
      tf.dispose(model.params);
    }
  });
}

/** Rewrites a file with other names, shapes and numbers. */
async function rewrite(
  path: string,
  to: string,
  change: (name: string, entry: { shape: number[]; data: Float32Array }) => [string, RawEntry][],
): Promise<void> {
  const tensors = [...await readSafetensors(path)].flatMap(([name, { shape, data }]) =>
    change(name, { shape, data: data as Float32Array })
  );
  await Deno.writeFile(to, rawFile(Object.fromEntries(tensors), { format: "pt" }));
}

const as = (dtype: string, shape: readonly number[], data: Iterable<number>): RawEntry => ({
  dtype,
  shape,
  bytes: bytesOf(data, dtype),
});

/** Largest difference between two models' parameters, which must have the same names. */
function distance(a: Model, b: Model): number {
  assert.deepEqual(Object.keys(a.params).sort(), Object.keys(b.params).sort());
  return Math.max(
    ...Object.keys(a.params).map((name) => {
      const [x, y] = [a.params[name] as tf.Tensor, b.params[name] as tf.Tensor];
      assert.deepEqual(x.shape, y.shape, name);
      const u = x.dataSync() as Float32Array, v = y.dataSync();
      return u.reduce((most, value, i) => Math.max(most, Math.abs(value - (v[i] as number))), 0);
    }),
  );
}

async function loadedDistance(
  model: Model,
  folders: Parameters<typeof loadPublished>[0],
): Promise<number> {
  const before = tf.memory().numTensors;
  const loaded = await loadPublished(folders);
  const apart = distance(model, loaded);
  assert.deepEqual(loaded.config, model.config);
  tf.dispose(loaded.params);
  assert.equal(tf.memory().numTensors, before, "tensors are left behind");
  return apart;
}

const exists = (path: string) => Deno.stat(path).then(() => true, () => false);

Deno.test("loadPublished() gives back sizes, tokenizer and every number of a written model", () =>
  withFolders(async (model, folders) => {
    assert.equal(await loadedDistance(model, folders), 0);
    const loaded = await loadPublished(folders);
    const caption = "A red linen shirt, front view.";
    assert.deepEqual(loaded.tokenizer.ids(caption), model.tokenizer.ids(caption));
    tf.dispose(loaded.params);
  }));

Deno.test("loadPublished() reads old attention names, position_ids and short encoder names", () =>
  withFolders(async (model, folders) => {
    const vae = join(folders.diffusion, "vae", "diffusion_pytorch_model.safetensors");
    const old: Record<string, string> = { q: "query", k: "key", v: "value", "out.0": "proj_attn" };
    let renamed = 0;
    await rewrite(vae, vae, (name, { shape, data }) => {
      const was = name.replace(/\.to_(q|k|v|out\.0)\./, (_, to) => `.${old[to]}.`);
      if (was !== name) renamed++;
      // One of the two attentions as 1×1 convolutions, as the published file has them.
      const conv = was !== name && was.startsWith("decoder.") && was.endsWith(".weight");
      return [[was, as("F32", conv ? [...shape, 1, 1] : shape, data)]];
    });
    assert.equal(renamed, 16);
    const ids = new Uint8Array(BigInt64Array.from({ length: 32 }, (_, i) => BigInt(i)).buffer);
    const text = join(folders.diffusion, "text_encoder", "model.safetensors");
    await rewrite(text, text, (name, { shape, data }) => [
      [name.replace(/^text_model\./, ""), as("F32", shape, data)],
    ]);
    const clip = join(folders.clip, "model.safetensors");
    let first = true;
    await rewrite(clip, clip, (name, { shape, data }) => {
      const buffer: [string, RawEntry][] = first
        ? [["text_model.embeddings.position_ids", { dtype: "I64", shape: [1, 32], bytes: ids }]]
        : [];
      first = false;
      return [...buffer, [name, as("F32", shape, data)]];
    });
    assert.equal(await loadedDistance(model, folders), 0);
  }));

Deno.test("loadPublished() reads fp16 and bf16, and takes the variant that is asked for or there", () =>
  withFolders(async (model, folders) => {
    const unet = join(folders.diffusion, "unet"), file = "diffusion_pytorch_model";
    const plain = join(unet, `${file}.safetensors`);
    const half = join(unet, `${file}.fp16.safetensors`);
    const narrow = (dtype: string) => (name: string, t: { shape: number[]; data: Float32Array }) =>
      [[name, as(dtype, t.shape, t.data)]] as [string, RawEntry][];
    await rewrite(plain, half, narrow("F16"));
    assert.equal(await loadedDistance(model, folders), 0, "the plain file counts");
    for (const part of ["vae", "text_encoder"]) {
      const stem = part === "vae" ? file : "model", at = join(folders.diffusion, part);
      await rewrite(
        join(at, `${stem}.safetensors`),
        join(at, `${stem}.fp16.safetensors`),
        narrow("F16"),
      );
    }
    const apart = await loadedDistance(model, { ...folders, variant: "fp16" });
    assert.ok(apart > 0 && apart < 1e-3, `${apart}`);
    await Deno.remove(plain);
    const only = await loadedDistance(model, folders);
    assert.ok(only > 0 && only < 1e-3, `${only}: the only variant counts`);
    await rewrite(half, join(unet, `${file}.bf16.safetensors`), narrow("BF16"));
    await assert.rejects(loadPublished(folders), /other variants: "bf16", "fp16"; choose one/);
    await Deno.remove(half);
    const brain = await loadedDistance(model, folders);
    assert.ok(brain > 1e-4 && brain < 1e-2, `${brain}`);
    await assert.rejects(
      loadPublished({ ...folders, variant: "fp8" }),
      /expected model\.fp8\.safetensors, found other variants: .*; choose one/,
    );
  }));

Deno.test("loadPublished() reads shards by their index and refuses one that disagrees", () =>
  withFolders(async (model, folders) => {
    const unet = join(folders.diffusion, "unet"), stem = "diffusion_pytorch_model";
    const whole = join(unet, `${stem}.safetensors`);
    const names = [...(await readSafetensors(whole)).keys()];
    const shard = (name: string) =>
      `${stem}-0000${1 + (names.indexOf(name) % 2)}-of-00002.safetensors`;
    for (const file of new Set(names.map(shard))) {
      await rewrite(
        whole,
        join(unet, file),
        (name, { shape, data }) => shard(name) === file ? [[name, as("F32", shape, data)]] : [],
      );
    }
    await Deno.remove(whole);
    const index = join(unet, `${stem}.safetensors.index.json`);
    const write = (map: Record<string, unknown>) =>
      Deno.writeTextFile(index, JSON.stringify({ metadata: {}, weight_map: map }));
    const map = Object.fromEntries(names.map((name) => [name, shard(name)]));
    await write(map);
    assert.equal(await loadedDistance(model, folders), 0);

    const [first] = names as [string];
    const cases: [Record<string, unknown>, RegExp][] = [
      [{ ...map, [first]: undefined }, /is not listed in .*index\.json/],
      [{ ...map, extra: shard(first) }, /"extra" is expected in .*00001.*, found none/],
      [{ ...map, [first]: "../x.safetensors" }, /is said to be in "\.\.\/x\.safetensors"/],
      [{ ...map, [first]: "model.bin" }, /"model\.bin", expected a \.safetensors file beside it/],
      [{ ...map, [first]: "absent.safetensors" }, /shard "absent\.safetensors" is not in/],
    ];
    for (const [wrong, message] of cases) {
      await write(wrong);
      await assert.rejects(loadPublished(folders), message);
    }
    await Deno.rename(index, join(unet, `${stem}.safetensors.index.fp16.json`));
    await write(map);
    await Deno.rename(index, join(unet, `${stem}.safetensors.index.fp16.json`));
    assert.equal(await loadedDistance(model, folders), 0, "an index of the only variant");
    await rewrite(join(unet, shard(first)), join(unet, shard(names[1] as string)), (name, t) => [
      [name, as("F32", t.shape, t.data)],
    ]);
    await assert.rejects(loadPublished(folders), /is expected in|is not listed in/);
  }));

Deno.test("loadPublished() says how two text towers differ and lets the user choose", () =>
  withFolders(async (model, folders) => {
    const path = join(folders.diffusion, "text_encoder", "model.safetensors");
    const half = (name: string, t: { shape: number[]; data: Float32Array }) =>
      [[name, as("F16", t.shape, t.data)]] as [string, RawEntry][];
    await rewrite(path, path, half);
    assert.equal(await loadedDistance(model, folders), 0, "a rounded copy is the same");
    const odd = "text_model.encoder.layers.1.mlp.fc2.bias";
    await rewrite(path, path, (name, { shape, data }) => {
      if (name === odd) data[3] = (data[3] as number) + 0.5;
      return [[name, as("F16", shape, data)]];
    });
    await assert.rejects(loadPublished(folders), (error: Error) => {
      assert.match(error.message, /differ: 1 tensor: text_model.encoder.layers.1.mlp.fc2.bias by/);
      assert.match(error.message, /up to 0\.500 .*1 of 32 numbers/);
      assert.match(error.message, /choose "clip" .* or "diffusion"/);
      return true;
    });
    const notes: string[] = [];
    for (const shared of ["clip", "diffusion"] as const) {
      const loaded = await loadPublished({ ...folders, shared }, (note) => notes.push(note));
      const value = (loaded.params[odd] as tf.Tensor).dataSync()[3] as number;
      assert.equal(Math.abs(value - 0.5) < 1e-3, shared === "diffusion", shared);
      tf.dispose(loaded.params);
    }
    assert.match(notes[1] ?? "", /the shared text tower is that of .*diffusion$/);
    assert.equal(notes.length, 2);
  }));

Deno.test("loadPublished() names what does not fit", () =>
  withFolders(async (_, folders) => {
    const refused = (message: RegExp, more: object = {}) =>
      assert.rejects(loadPublished({ ...folders, ...more }), message);
    const changeJson = async (part: string, change: Record<string, unknown>) => {
      const path = join(folders.diffusion, part);
      const before = await Deno.readTextFile(path);
      await Deno.writeTextFile(path, JSON.stringify({ ...JSON.parse(before), ...change }));
      return () => Deno.writeTextFile(path, before);
    };
    await refused(/no-such.config\.json: no such file; expected .* a CLIP folder/, {
      clip: "no-such",
    });
    await refused(/model_index\.json: no such file; expected .* Stable Diffusion pipeline folder/, {
      diffusion: folders.clip,
    });
    await refused(/image size 33: expected a multiple of 8/, { imageSize: 33 });
    let back = await changeJson("model_index.json", { _class_name: "StableDiffusionXLPipeline" });
    await refused(/_class_name is "StableDiffusionXLPipeline", expected "StableDiffusionPipeline"/);
    await back();
    back = await changeJson("unet/config.json", { cross_attention_dim: 64 });
    await refused(/UNet expects text states 64 wide, but the text tower of .* is 32 wide/);
    await back();
    back = await changeJson("text_encoder/config.json", { num_hidden_layers: 3 });
    await refused(/differ: layers 2 and 3\. One of them must become the shared one/);
    await back();
    back = await changeJson("scheduler/scheduler_config.json", { beta_schedule: "squaredcos" });
    await refused(/scheduler.*beta_schedule/);
    await back();
    const vae = join(folders.diffusion, "vae"), file = "diffusion_pytorch_model";
    await Deno.rename(join(vae, `${file}.safetensors`), join(vae, `${file}.bin`));
    await refused(/found diffusion_pytorch_model\.bin, a pickle file, which is not read: .*code/);
  }));

Deno.test("writePublished() rounds to fp16, leaves nothing of a failed call, overwrites nothing", () =>
  withFolders(async (model, folders) => {
    const parent = join(folders.clip, "..", ".."), half = join(parent, "half");
    await writePublished(model, half, { dtype: "F16" });
    const apart = await loadedDistance(model, {
      clip: join(half, "clip"),
      diffusion: join(half, "diffusion"),
    });
    assert.ok(apart > 0 && apart < 1e-3, `${apart}`);
    await assert.rejects(writePublished(model, half), /half exists; nothing is overwritten/);
    const big = tf.mul(model.params["conv_in.weight"] as tf.Tensor, 1e6);
    const params = { ...model.params, "conv_in.weight": big };
    await assert.rejects(
      writePublished({ ...model, params }, join(parent, "big"), { dtype: "F16" }),
      /conv_in\.weight\[\d+\] is .* store it as F32/,
    );
    big.dispose();
    assert.ok(!await exists(join(parent, "big")));
    const left = [...Deno.readDirSync(parent)].map(({ name }) => name).sort();
    assert.deepEqual(left, ["half", "model"]);
  }));
