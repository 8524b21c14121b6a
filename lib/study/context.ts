import { isAbsolute, join } from "@std/path";
import { exists } from "../runtime/files.ts";
import { projectFolder } from "../runtime/project.ts";
import { clipSpecs } from "../clip/clip.ts";
import { loadTokenizer } from "../clip/tokenizer.ts";
import { evaluationRecords, subsetByProduct, trainingRecords } from "../data/batches.ts";
import { findDataSet } from "../data/find.ts";
import { sha256 } from "../data/fingerprint.ts";
import { cacheFolder } from "../data/folders.ts";
import { loadPixels } from "../data/pixels.ts";
import type { DataSet, ProductRecord } from "../data/record.ts";
import { drawnCorpus } from "../data/synthetic/corpus.ts";
import { unetSpecs } from "../diffusion/unet.ts";
import { vaeSpecs } from "../diffusion/vae.ts";
import type { TestSet } from "../eval/evaluate.ts";
import { encodeLatents, type Model, modelSpecs } from "../model/model.ts";
import { drawnSeeds } from "../pretrain/corpus.ts";
import { initialParams, loadParams } from "../weights/params.ts";
import { type JointData, jointData } from "../train/joint_data.ts";
import type { Preset } from "./presets.ts";

/** What the runs of a study share, each made once: the pretrained model, pictures, latents. */
export class StudyContext {
  readonly preset: Preset;
  readonly #skipBad: boolean;
  readonly #made = new Map<string, Promise<unknown>>();

  constructor(preset: Preset, skipBad = false) {
    this.preset = preset;
    this.#skipBad = skipBad;
  }

  #once<T>(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.#made.get(key) as Promise<T> | undefined;
    if (known) return known;
    const made = make();
    this.#made.set(key, made);
    return made;
  }

  /** The model before any fine-tuning. */
  model(): Promise<Model> {
    return this.#once("model", () => loadModel(this.preset));
  }

  /** What the starting weights are: a hash of their files, or "random". */
  startingPoint(): Promise<string> {
    return this.#once("starting point", async () => {
      const files = await weightFiles(this.preset);
      if (files.length === 0) return "random";
      const hashes = await Promise.all(
        files.map(async (file) => sha256(await Deno.readFile(file))),
      );
      return sha256(hashes.join()).slice(0, 16);
    });
  }

  dataSet(name: string): Promise<DataSet> {
    return this.#once(`set ${name}`, () => findDataSet(name, { skipBad: this.#skipBad }));
  }

  /** Training records of the part of a set that a fraction of its products makes. */
  async records(name: string, fraction: number, seed: number): Promise<ProductRecord[]> {
    return subsetByProduct(trainingRecords(await this.dataSet(name)), fraction, seed);
  }

  /** Training pictures of a set with their latents; parts of it are chosen by index. */
  training(name: string, fraction: number, seed: number): Promise<JointData> {
    const key = fraction === 1 ? "all" : `${fraction} of seed ${seed}`;
    return this.#once(`training ${name} ${key}`, async () => {
      const records = await this.records(name, fraction, seed);
      const { clip, imageSize } = this.preset.model;
      const pixels = await loadPixels(records, clip.vision.imageSize);
      const large = imageSize === clip.vision.imageSize
        ? pixels
        : await loadPixels(records, imageSize);
      return jointData(await this.model(), records, pixels, large);
    });
  }

  /** Test pictures of a set (fronts only, where it tells views apart). */
  test(name: string): Promise<TestSet> {
    return this.#once(`test ${name}`, async () => {
      const records = evaluationRecords(await this.dataSet(name), "test");
      const { clip, imageSize } = this.preset.model;
      const large = await loadPixels(records, imageSize);
      const pixels = imageSize === clip.vision.imageSize
        ? large
        : await loadPixels(records, clip.vision.imageSize);
      return {
        captions: records.map(({ captions }) => captions[0] as string),
        pixels,
        latents: await encodeLatents(await this.model(), large),
      };
    });
  }

  /** Held-out drawn garments and products: retrieval outside whatever set is tuned. */
  outside(): Promise<TestSet> {
    return this.#once("outside", async () => {
      const { model: { clip }, evaluate } = this.preset;
      const size = clip.vision.imageSize;
      const cache = cacheFolder("drawn");
      const drawn = await drawnCorpus(evaluate.outside, { seed: drawnSeeds.heldOut, size, cache });
      const all = Int32Array.from({ length: drawn.n }, (_, i) => i);
      return { captions: drawn.captions, pixels: drawn.pixels(all) };
    });
  }
}

/** The networks that are kept in files of their own. */
const networks = ["autoencoder", "clip", "unet"] as const;

/**
 * The weight files of a preset, empty where it starts at random; throws an error that names a
 * missing one.
 */
export async function weightFiles({ name, weights }: Preset): Promise<string[]> {
  if (weights === "random") return [];
  if (weights === "") {
    throw new Error(
      `weights of preset "${name}": none are named; put the folder of its files into ` +
        "lib/study/presets.ts",
    );
  }
  const folder = isAbsolute(weights) ? weights : join(projectFolder, weights);
  const files = networks.map((network) => join(folder, `${network}.safetensors`));
  for (const file of files) {
    if (!await exists(file)) {
      throw new Error(
        `weights of preset "${name}": ${file} does not exist; "deno task pretrain" makes the ` +
          "miniature's",
      );
    }
  }
  return files;
}

/** The starting model of a preset, from its files or at random. */
export async function loadModel(preset: Preset): Promise<Model> {
  const { model: config } = preset;
  const tokenizer = await loadTokenizer(join(projectFolder, "data", "mini", "tokenizer"));
  const files = await weightFiles(preset);
  if (files.length === 0) {
    return { config, tokenizer, params: initialParams(modelSpecs(config), 0) };
  }
  const [autoencoder, clip, unet] = files as [string, string, string];
  const params = {
    ...await loadParams(autoencoder, vaeSpecs(config.vae)),
    ...await loadParams(clip, clipSpecs(config.clip)),
    ...await loadParams(unet, unetSpecs(config.unet)),
  };
  return { config, tokenizer, params };
}
