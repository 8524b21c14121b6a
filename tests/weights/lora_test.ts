import assert from "node:assert/strict";
import { join } from "@std/path";
import { nano } from "unidiff/model/config.ts";
import { modelSpecs } from "unidiff/model/model.ts";
import { startBackend } from "unidiff/runtime/backend.ts";
import { tf } from "unidiff/runtime/tf.ts";
import { adaptersFor } from "unidiff/weights/adapters.ts";
import { writeAdapters } from "unidiff/weights/lora.ts";
import { initialParams } from "unidiff/weights/params.ts";
import { readSafetensors } from "unidiff/weights/safetensors.ts";
import { inFolder } from "../data/folder.ts";

Deno.test({
  name: "writeAdapters() writes the names and shapes that diffusers and PEFT read",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: () =>
    inFolder(async (folder) => {
      await startBackend();
      const params = initialParams(modelSpecs(nano), 0), adapters = adaptersFor(params, 3, 0);
      const paths = await writeAdapters(folder, { ...params, ...adapters });
      const [pipeline, clip] = [
        "pytorch_lora_weights.safetensors",
        "clip/adapter_model.safetensors",
      ];
      assert.deepEqual(paths, [pipeline, clip]);

      const forPipeline = await readSafetensors(join(folder, pipeline!));
      const at = "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.lora_A.weight";
      const down = forPipeline.get(`unet.${at}`)!, inside = adapters[at]!;
      assert.deepEqual(down.shape, [3, nano.unet.crossAttention]);
      assert.deepEqual(inside.shape, [nano.unet.crossAttention, 3]);
      // published [rank, in] is the transpose of [in, rank]
      assert.equal(down.data[1], inside.dataSync()[3]);
      const layer = "text_model.encoder.layers.1.self_attn.out_proj.lora_B.weight";
      assert.ok(forPipeline.has(`text_encoder.${layer}`));
      assert.ok(![...forPipeline.keys()].some((name) => name.includes("vision_model")));

      const forClip = await readSafetensors(join(folder, clip!));
      assert.ok([...forClip.keys()].every((name) => name.startsWith("base_model.model.")));
      const config = JSON.parse(await Deno.readTextFile(join(folder, "clip/adapter_config.json")));
      assert.equal(config.r, 3);
      assert.equal(config.lora_alpha, 3);
      assert.equal(config.target_modules.length, 4 * 2 + 4 * 2);
      assert.ok(config.target_modules.includes("vision_model.encoder.layers.0.self_attn.q_proj"));

      const none = join(folder, "none");
      assert.deepEqual(await writeAdapters(none, params), []);
      await assert.rejects(Deno.stat(none), Deno.errors.NotFound);
      tf.dispose([params, adapters]);
    }),
});
