/** Low-rank adapters in the files that diffusers and PEFT read. */
import { join } from "@std/path";
import { type Params, towerOf } from "../model/mod.ts";
import { writeJson } from "../runtime/mod.ts";
import { isAdapter } from "./adapters.ts";
import { publishedShape } from "./layout.ts";
import { saveParams } from "./params.ts";

/** The file that diffusers' `pipeline.load_lora_weights(folder)` looks for. */
const PIPELINE_FILE = "pytorch_lora_weights.safetensors";

/**
 * Writes the adapters among `params`, if there are any, and returns the paths below `folder`:
 *
 * - `pytorch_lora_weights.safetensors`: the UNet's and the text tower's, for diffusers'
 *   `StableDiffusionPipeline.load_lora_weights(folder)`;
 * - `clip/adapter_model.safetensors` with `adapter_config.json`: both towers', for PEFT's
 *   `PeftModel.from_pretrained(CLIPModel, folder + "/clip")`.
 */
export async function writeAdapters(folder: string, params: Params): Promise<string[]> {
  const adapters = Object.entries(params).filter(([name]) => isAdapter(name));
  const of = (towers: readonly string[], prefix: (tower: string) => string): Params =>
    Object.fromEntries(
      adapters.filter(([name]) => towers.includes(towerOf(name)))
        .map(([name, t]) => [`${prefix(towerOf(name))}${name}`, t]),
    );
  const written: string[] = [];
  const write = async (path: string, part: Params) => {
    if (Object.keys(part).length === 0) return;
    await saveParams(join(folder, path), part);
    written.push(path);
  };
  const pipeline = of(["unet", "text"], (tower) => tower === "unet" ? "unet." : "text_encoder.");
  await write(PIPELINE_FILE, pipeline);
  const clip = of(["text", "vision"], () => "base_model.model.");
  await write(join("clip", "adapter_model.safetensors"), clip);
  if (Object.keys(clip).length > 0) {
    await writeJson(join(folder, "clip", "adapter_config.json"), peftConfig(clip));
  }
  return written;
}

/** PEFT's LoraConfig: the rank, α equal to it, and exactly the modules that have adapters. */
function peftConfig(adapters: Params) {
  const down = Object.entries(adapters).filter(([name]) => name.includes(".lora_A."));
  const [name, tensor] = down[0] as [string, Params[string]];
  const rank = publishedShape(name, tensor.shape)[0];
  return {
    base_model_name_or_path: null,
    bias: "none",
    inference_mode: true,
    lora_alpha: rank,
    lora_dropout: 0,
    peft_type: "LORA",
    r: rank,
    target_modules: down.map(([name]) =>
      name.replace("base_model.model.", "").replace(/\.lora_A\.weight$/, "")
    ),
    task_type: null,
    use_dora: false,
    use_rslora: false,
  };
}
