import assert from "node:assert/strict";
import { join } from "@std/path";
import { tf } from "unidiff/runtime/tf.ts";
import { loadTokenizer } from "unidiff/model/clip/tokenizer_files.ts";
import { type SamplerName, samplers } from "unidiff/model/diffusion/samplers/mod.ts";
import { nano } from "unidiff/model/config.ts";
import { drawPictures } from "unidiff/model/draw.ts";
import { modelSpecs } from "unidiff/model/model.ts";
import { projectFolder } from "unidiff/runtime/project.ts";
import { initialParams } from "unidiff/weights/params.ts";
import { onBackends } from "../backends.ts";
import { assertClose } from "../golden.ts";

const tokenizer = await loadTokenizer(join(projectFolder, "data", "mini", "tokenizer"));

onBackends(
  "drawPictures() takes each sampler by name, the same picture in any company",
  async () => {
    const model = { config: nano, params: initialParams(modelSpecs(nano), 0), tokenizer };
    const draw = (prompts: string[], sampler?: SamplerName) =>
      drawPictures(model, prompts, { steps: 3, guidance: 2, seed: 4, ...(sampler && { sampler }) });
    const size = nano.imageSize ** 2 * 3, seen = new Map<string, string>();
    for (const name of Object.keys(samplers) as SamplerName[]) {
      const two = await draw(["a red shirt", "a blue sofa"], name);
      assert.equal(two.length, 2 * size);
      const alone = await draw(["a red shirt"], name);
      assertClose(two.subarray(0, size), alone, 1e-4, name);
      seen.set(name, alone.slice(0, 40).join());
    }
    assert.equal(new Set(seen.values()).size, seen.size, "two samplers drew the same picture");
    assert.equal((await draw(["a red shirt"])).slice(0, 40).join(), seen.get("ddim"));
    const alone = await draw(["a red shirt"], "euler-ancestral");
    const two = await draw(["a red shirt", "a blue sofa"], "euler-ancestral");
    assert.equal(two.length, 2 * size);
    assertClose(two.subarray(0, size), alone, 1e-4);
    await assert.rejects(draw(["a"], "heun" as SamplerName), /sampler "heun" is not known/);
    tf.dispose(model.params);
  },
);
