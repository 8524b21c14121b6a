/** Whether files are what they should be: hashes, finite numbers, names and shapes. */
import { basename, dirname, join, relative } from "@std/path";
import {
  clipSpecs,
  loadTokenizer,
  type ModelConfig,
  type ParamSpecs,
  unetSpecs,
  vaeSpecs,
} from "../model/mod.ts";
import { exists, hashFile } from "../runtime/mod.ts";
import { firstNotFinite } from "./finite.ts";
import { isObject } from "./header.ts";
import { clipConfig, unetConfig, vaeConfig } from "./hub_config.ts";
import { type PipelineConfig, pipelineConfig, readJson, textEncoderConfig } from "./hub_folder.ts";
import { MANIFEST, type RemoteFile } from "./hub_get.ts";
import { safetensorsAt } from "./inspect.ts";
import type { Part } from "./names.ts";
import { checkFit } from "./params.ts";
import { checkPublished, encoderSpecs } from "./published.ts";
import { SafetensorsFile } from "./safetensors.ts";
import { TensorSource } from "./source.ts";
import { oneFile, type TensorFiles, tensorFiles } from "./tensor_files.ts";

/** One thing that was looked at. */
export interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** What to compare with, beside what the folder says itself. */
export interface VerifyOptions {
  /** SHA-256 that the file, a single one, must have. */
  readonly sha256?: string | undefined;
  readonly variant?: string | undefined;
  /** Told each finding when it is known. */
  readonly onFinding?: (finding: Finding) => void | Promise<void>;
}

/**
 * Checks a file or folder: sizes and hashes against what was recorded when it was fetched, that every
 * number is finite, names and shapes against the config.json of each folder, and what fine-tuning that
 * starts there reads besides: a pipeline's index, scheduler and tokenizer, and whether its parts meet.
 *
 * Throws only where there is nothing to look at; what is wrong is a finding that is not ok.
 */
export async function verify(path: string, o: VerifyOptions = {}): Promise<Finding[]> {
  const files = await safetensorsAt(path), findings: Finding[] = [];
  const look = async (what: string, work: () => Promise<string>) => {
    const found = await work().then(
      (detail) => ({ what, ok: true, detail }),
      (error: Error) => ({ what, ok: false, detail: error.message }),
    );
    findings.push(found);
    await o.onFinding?.(found);
  };
  if (o.sha256 !== undefined) {
    if (files.length > 1) {
      throw new Error(`${path}: --sha256 is of one file, found ${files.length}`);
    }
    await look("sha256", () => sameHash(files[0] as string, { sha256: o.sha256 as string }));
  }
  const manifest = join(path, MANIFEST);
  if (await exists(manifest)) {
    const { files } = JSON.parse(await Deno.readTextFile(manifest)) as { files: RemoteFile[] };
    for (const file of files) {
      await look(`${file.path} as fetched`, () => sameHash(join(path, file.path), file));
    }
  }
  const shown = (file: string) => relative(path, file) || basename(file);
  for (const file of files) await look(`numbers of ${shown(file)}`, () => finite(file));
  const folder = path.endsWith(".safetensors") ? dirname(path) : path;
  for (const sub of PLACES) {
    const place = join(folder, sub), name = sub || basename(place);
    if (!await exists(join(place, "config.json"))) continue;
    let expected: Expectation[] = [];
    try {
      expected = await ofFolder(place, name, o.variant);
    } catch (error) {
      await look(`config.json of ${name}`, () => Promise.reject(error));
    }
    for (const { what, specs, files, part } of expected) {
      await look(`${what} by its config.json`, async () => {
        const wanted = await specs(), tensors = await files();
        using source = await TensorSource.open(tensors, part);
        checkFit(source.shapes(), wanted, source.where);
        return `${Object.keys(wanted).length} tensors, names and shapes as expected`;
      });
    }
  }
  if (folder === path) await lookAtFolder(folder, o.variant, look);
  return findings;
}

async function sameHash(
  path: string,
  { size, sha256, gitSha1 }: { size?: number; sha256?: string; gitSha1?: string },
): Promise<string> {
  const found = (await Deno.stat(path)).size;
  if (size !== undefined && found !== size) {
    throw new Error(`${path}: ${found} bytes, expected ${size}; delete it and fetch it again`);
  }
  const expected = sha256 ?? gitSha1;
  if (expected === undefined) return `${found} bytes`;
  const hash = await hashFile(path, sha256 === undefined ? "git-sha1" : "sha256");
  if (hash === expected.toLowerCase()) return `${found} bytes, ${hash.slice(0, 16)}…`;
  throw new Error(`${path}: hash ${hash}, expected ${expected}; delete it and fetch it again`);
}

/** Reads every number of a file. */
async function finite(path: string): Promise<string> {
  using file = await SafetensorsFile.open(path);
  let count = 0, bad = 0, first = "";
  for (const name of file.header.tensors.keys()) {
    for await (const { at, data } of file.pieces(name)) {
      const from = firstNotFinite(data);
      for (let i = from < 0 ? data.length : from; i < data.length; i++) {
        if (Number.isFinite(data[i])) continue;
        bad++;
        first ||= `"${name}"[${at + i}] is ${data[i]}`;
      }
      count += data.length;
    }
  }
  if (bad > 0) throw new Error(`${path}: ${bad} of ${count} numbers are not finite; ${first}`);
  return `${count} numbers, all finite`;
}

interface Expectation {
  readonly what: string;
  readonly part?: Part;
  readonly specs: () => Promise<ParamSpecs>;
  readonly files: () => Promise<TensorFiles>;
}

/**
 * Looks at a folder as fine-tuning does that starts from it: a pipeline, the pair that `weights export`
 * writes, a model of this project, and the tokenizer of any of them.
 */
async function lookAtFolder(
  folder: string,
  variant: string | undefined,
  look: (what: string, work: () => Promise<string>) => Promise<void>,
): Promise<void> {
  const has = (...parts: string[]) => exists(join(folder, ...parts));
  const sizes = ({ imageSize, unet, schedule }: PipelineConfig) =>
    `pictures of ${imageSize}, UNet of ${unet.channels.join(", ")} channels, ` +
    `${schedule.steps} steps of noise, ${schedule.prediction ?? "epsilon"} predicted`;
  if (await has("model_index.json")) {
    await look("the pipeline", async () => sizes(await pipelineConfig(folder)));
    await look("its tokenizer", () => tokenizerAt(join(folder, "tokenizer")));
  }
  if (await has("clip") && await has("diffusion")) {
    await look("clip and diffusion together", async () => {
      const pair = { clip: join(folder, "clip"), diffusion: join(folder, "diffusion"), variant };
      return `${(await checkPublished(pair)).length} files fit each other`;
    });
  }
  if (await has("tokenizer") && await has("unet.safetensors")) {
    await look("its tokenizer", () => tokenizerAt(join(folder, "tokenizer")));
  }
}

async function tokenizerAt(folder: string): Promise<string> {
  return `${(await loadTokenizer(folder)).vocabularySize} tokens`;
}

/** Where a config.json may stand in what is fetched, exported or trained. */
const PLACES = [
  ...["", "text_encoder", "unet", "vae", "clip"],
  ...["diffusion/text_encoder", "diffusion/unet", "diffusion/vae"],
];

async function ofFolder(folder: string, what: string, variant?: string): Promise<Expectation[]> {
  const json = await readJson(folder);
  if (!isObject(json)) throw new Error(`${join(folder, "config.json")}: expected an object`);
  const stem = "diffusion_pytorch_model";
  const of = (part: Part, specs: () => ParamSpecs, name: "model" | typeof stem): Expectation[] => [{
    what,
    part,
    specs: () => Promise.resolve().then(specs),
    files: () => tensorFiles(folder, name, variant),
  }];
  if (json._class_name === "UNet2DConditionModel") {
    return of("unet", () => unetSpecs(unetConfig(json)), stem);
  }
  if (json._class_name === "AutoencoderKL") return of("vae", () => vaeSpecs(vaeConfig(json)), stem);
  if (isObject(json.text_config) || isObject(json.text_config_dict)) {
    return of("clip", () => clipSpecs(clipConfig(json)), "model");
  }
  if (json.model_type === "clip_text_model") {
    return of("text", () => encoderSpecs(textEncoderConfig(json)), "model");
  }
  if (!isObject(json.clip) || !isObject(json.unet) || !isObject(json.vae)) return [];
  const own = json as unknown as ModelConfig; // a model folder of this project
  const parts: [string, () => ParamSpecs][] = [
    ["autoencoder", () => vaeSpecs(own.vae)],
    ["clip", () => clipSpecs(own.clip)],
    ["unet", () => unetSpecs(own.unet)],
  ];
  return parts.map(([name, specs]) => ({
    what: `${name}.safetensors`,
    specs: () => Promise.resolve().then(specs),
    files: () => Promise.resolve(oneFile(join(folder, `${name}.safetensors`))),
  }));
}
