/** A study that starts from published folders, and its fine-tuned model as published folders. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { startBackend } from "unidiff/runtime/backend.ts";
import { tf } from "unidiff/runtime/tf.ts";
import { nano } from "unidiff/model/config.ts";
import { type Model, modelSpecs } from "unidiff/model/model.ts";
import { writeJson } from "unidiff/runtime/files.ts";
import { StudyContext } from "unidiff/study/context.ts";
import { modelIn } from "unidiff/study/run_model.ts";
import { presetOf } from "unidiff/study/presets.ts";
import { settingIn } from "unidiff/study/setting.ts";
import { loadModel, presetFor, startingPoint, weightFiles } from "unidiff/study/start.ts";
import { planStudy, runStudy } from "unidiff/study/study.ts";
import { writePublished } from "unidiff/weights/hub_write.ts";
import { initialParams } from "unidiff/weights/params.ts";
import { loadPublished } from "unidiff/weights/published.ts";
import { inFolder } from "../data/folder.ts";
import { silent, tinyDataSet, tinyStudy } from "./tiny.ts";

/** Other sizes than any preset has, so that they can come from the folders alone. */
const config = {
  ...nano,
  clip: { ...nano.clip, projection: 24 },
  unet: { ...nano.unet, heads: [4, 4] },
  vae: { ...nano.vae, midAttention: true, scalingFactor: 0.5 },
};

async function writeModel(folder: string, seed: number) {
  const { tokenizer } = await loadModel(presetOf("nano"));
  const params = initialParams(modelSpecs(config), seed);
  await writePublished({ config, tokenizer, params }, folder);
  tf.dispose(params);
  return { clip: join(folder, "clip"), diffusion: join(folder, "diffusion") };
}

const values = (model: Model, name: string) => [...(model.params[name] as tf.Tensor).dataSync()];

Deno.test("a study starts from published folders, and its model goes back into such", async () => {
  await startBackend("wasm");
  await inFolder(async (parent) => {
    const published = await writeModel(join(parent, "first"), 1);
    const changes = { "train.steps": 2 };
    const set = await tinyDataSet(parent), folder = join(parent, "study");
    const study = tinyStudy(set, { published, changes });
    const preset = await presetFor(study), context = new StudyContext(preset);
    assert.deepEqual(preset.model, config);
    assert.equal((await weightFiles(preset)).length, 4);
    const { runs, left } = await runStudy(study, folder, { context, progress: silent });
    assert.deepEqual(left, []);
    assert.deepEqual({ ...runs[0]?.config.model, start: "" }, { ...config, start: "" });
    const again = await planStudy(new StudyContext(await presetFor(study)), study, folder);
    assert.ok(again.every(({ finished }) => finished), "nothing is repeated");

    await writeJson(join(folder, "study.json"), { ...study, name: "study" });
    assert.deepEqual((await settingIn(folder))?.published, published);
    const run = runs.find(({ plan }) => plan.row === "A6")!.folder, start = await context.model();
    const tuned = await modelIn(run), out = join(parent, "out");
    await writePublished(tuned, out);
    const back = await loadPublished({
      clip: join(out, "clip"),
      diffusion: join(out, "diffusion"),
    });
    assert.deepEqual(back.config, config);
    for (const name of ["text_model.final_layer_norm.weight", "conv_in.weight", "logit_scale"]) {
      assert.deepEqual(values(back, name), values(tuned, name));
      assert.notDeepEqual(values(back, name), values(start, name), `${name} was trained`);
    }
    assert.deepEqual(values(back, "decoder.conv_in.bias"), values(start, "decoder.conv_in.bias"));
    tf.dispose([start.params, back.params, tuned.params]);

    // Other files under the same names are another start: another run, and no export over them.
    const before = await startingPoint(preset);
    assert.notEqual(
      await startingPoint({ ...preset, weights: { ...published, shared: "clip" } }),
      before,
    );
    await Deno.remove(join(parent, "first"), { recursive: true });
    await writeModel(join(parent, "first"), 2);
    assert.notEqual(await startingPoint(preset), before);
    await assert.rejects(
      modelIn(run),
      /started from other weights or sizes .* put the old files back/,
    );
    await assert.rejects(modelIn(parent), /expected a run folder .* or a model folder/);
  });
});
