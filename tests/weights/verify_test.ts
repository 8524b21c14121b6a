/** What fine-tuning refuses, `weights verify` refuses in the same words. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { loadTokenizer } from "unidiff/model/clip/tokenizer_files.ts";
import { nano } from "unidiff/model/config.ts";
import { modelSpecs } from "unidiff/model/model.ts";
import { startBackend } from "unidiff/runtime/backend.ts";
import { projectFolder } from "unidiff/runtime/project.ts";
import { tf } from "unidiff/runtime/tf.ts";
import { writePublished } from "unidiff/weights/hub_write.ts";
import { initialParams } from "unidiff/weights/params.ts";
import { loadPublished } from "unidiff/weights/published.ts";
import { verify } from "unidiff/weights/verify.ts";
import { inFolder } from "../data/folder.ts";

/** Puts values over those of a JSON file; undefined takes one away. */
async function edit(path: string, changes: Record<string, unknown>): Promise<void> {
  const json = JSON.parse(await Deno.readTextFile(path));
  await Deno.writeTextFile(path, JSON.stringify({ ...json, ...changes }));
}

const SCHEDULER = ["scheduler", "scheduler_config.json"];

/** Faults of a pipeline folder, by what they are. */
const faults: Record<string, (folder: string) => Promise<void>> = {
  "zero-terminal SNR": (folder) =>
    edit(join(folder, ...SCHEDULER), {
      _class_name: "DDIMScheduler",
      rescale_betas_zero_snr: true,
      clip_sample: false,
    }),
  "an unknown prediction": (folder) =>
    edit(join(folder, ...SCHEDULER), { prediction_type: "sample" }),
  "no scheduler": (folder) => Deno.remove(join(folder, ...SCHEDULER)),
  "another pipeline": (folder) =>
    edit(join(folder, "model_index.json"), { _class_name: "StableDiffusionXLPipeline" }),
  "an empty index": (folder) => Deno.writeTextFile(join(folder, "model_index.json"), ""),
  "an empty config.json": (folder) => Deno.writeTextFile(join(folder, "unet", "config.json"), ""),
  "a config.json of null": (folder) =>
    Deno.writeTextFile(join(folder, "vae", "config.json"), "null"),
  "an empty tensor file": (folder) =>
    Deno.writeFile(
      join(folder, "unet", "diffusion_pytorch_model.safetensors"),
      new Uint8Array(0),
    ),
  "a part that is missing": (folder) => Deno.remove(join(folder, "vae"), { recursive: true }),
  "an empty vocabulary": async (folder) => {
    for (const name of ["vocab.json", "merges.txt"]) {
      await Deno.writeTextFile(join(folder, "tokenizer", name), "");
    }
  },
};

Deno.test("verify() finds what loadPublished() refuses, in its words", () =>
  inFolder(async (parent) => {
    await startBackend("wasm");
    const config = { ...nano, vae: { ...nano.vae, midAttention: true, scalingFactor: 0.18215 } };
    const tokenizer = await loadTokenizer(join(projectFolder, "data", "mini", "tokenizer"));
    const params = initialParams(modelSpecs(config), 5);
    for (const [name, spoil] of Object.entries(faults)) {
      const folder = join(parent, name.replaceAll(/\W/g, "-"));
      await writePublished({ config, tokenizer, params }, folder);
      const [clip, diffusion] = [join(folder, "clip"), join(folder, "diffusion")];
      const wrong = async (path: string) =>
        (await verify(path)).filter(({ ok }) => !ok).map(({ detail }) => detail);
      assert.deepEqual(await wrong(diffusion), [], name);
      assert.deepEqual(await wrong(folder), [], name);
      await spoil(diffusion);
      const refusal = await loadPublished({ clip, diffusion }).then(
        ({ params }) => (tf.dispose(params), undefined),
        (error: Error) => error.message,
      );
      assert.ok(refusal !== undefined, `${name}: loadPublished() takes it`);
      for (const path of [diffusion, folder]) {
        const found = await wrong(path);
        assert.ok(
          found.some((detail) => detail === refusal || refusal.includes(detail)),
          `${name} in ${path}: ${refusal}\nfound ${found.join("\n") || "nothing"}`,
        );
      }
    }
    tf.dispose(params);
  }));

Deno.test("v-prediction is read, and told", () =>
  inFolder(async (folder) => {
    await startBackend("wasm");
    const tokenizer = await loadTokenizer(join(projectFolder, "data", "mini", "tokenizer"));
    const params = initialParams(modelSpecs(nano), 5);
    await writePublished({ config: nano, tokenizer, params }, join(folder, "model"));
    const diffusion = join(folder, "model", "diffusion");
    await edit(join(diffusion, ...SCHEDULER), { prediction_type: "v_prediction" });
    const told = (await verify(diffusion)).find(({ what }) => what === "the pipeline");
    assert.match(told!.detail, /v_prediction predicted/);
    assert.ok(told!.ok);
    tf.dispose(params);
  }));
