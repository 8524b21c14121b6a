/** A model of a study under measurement. */
import { join } from "@std/path";
import type { Split } from "../data/mod.ts";
import {
  type DrawnPictures,
  type Embedded,
  type EmbeddedSet,
  type EvaluateConfig,
  type Gallery,
  NotMeasurable,
  type OtherSet,
  type Pictures,
  type RealPictures,
  type Subject,
  type TestPictures,
  unetFeatures,
  type Visual,
} from "../eval/mod.ts";
import { drawPictures, embedCaptions, embedImages, type Model } from "../model/mod.ts";
import { cutTiles, toTiles, writeSamples } from "../report/mod.ts";
import { exists, stream } from "../runtime/mod.ts";
import type { StudyContext } from "./context.ts";
import { gradientNorms } from "./gradient_norms.ts";

/** What is measured. */
export interface SubjectOptions {
  readonly dataset: string;
  /** Share and seed of the run's training products. */
  readonly fraction: number;
  readonly seed: number;
  readonly model: Model;
  readonly config: EvaluateConfig;
  readonly split?: Split;
  /** Where drawn pictures are kept and found again; nowhere unless given. */
  readonly folder?: string;
  readonly onPhase?: (what: string) => void | Promise<void>;
}

/** The data and the model of a run, made when a measure asks and once. */
export class RunSubject implements Subject {
  readonly model: Model;
  readonly start: Model;
  readonly config: EvaluateConfig;
  readonly #context: StudyContext;
  readonly #options: SubjectOptions;
  /** The split that the run is measured on. */
  readonly split: Split;
  readonly #made = new Map<string, Promise<unknown>>();

  private constructor(context: StudyContext, start: Model, options: SubjectOptions) {
    this.#context = context;
    this.#options = options;
    this.split = options.split ?? "test";
    this.model = options.model;
    this.start = start;
    this.config = options.config;
  }

  static async of(context: StudyContext, options: SubjectOptions): Promise<RunSubject> {
    return new RunSubject(context, await context.model(), options);
  }

  #once<T>(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.#made.get(key) as Promise<T> | undefined;
    if (known) return known;
    const made = make();
    this.#made.set(key, made);
    return made;
  }

  async test(): Promise<TestPictures> {
    const pictures = await this.#context.test(this.#options.dataset, this.split);
    if (pictures.captions.length > 0) return pictures;
    throw new NotMeasurable(`no pictures in the ${this.split} split`);
  }

  outside(): Promise<Pictures> {
    return this.#context.outside();
  }

  gallery(): Promise<Gallery> {
    return this.#context.gallery(this.#options.dataset, this.split);
  }

  others(): Promise<readonly OtherSet[]> {
    return this.#once("others", async () => {
      const own = (await this.#context.dataSet(this.#options.dataset)).name;
      const found: OtherSet[] = [];
      for (const place of this.config.others ?? []) {
        const { name } = await this.#context.dataSet(place);
        if (name === own) continue;
        const pictures = await this.#context.onePerCaption(place);
        await this.note(`other sets: ${name}`);
        found.push({ name, products: pictures.products, ...await embed(this.model, pictures) });
      }
      return found;
    });
  }

  async training(): Promise<Pictures> {
    const { dataset, fraction, seed } = this.#options, { captions } = await this.test();
    return await this.#context.trainingSample(dataset, fraction, seed, captions.length);
  }

  embedded(set: EmbeddedSet, by: "model" | "start" = "model"): Promise<Embedded> {
    return this.#once(
      `embedded ${set} ${by}`,
      async () => embed(this[by], await this[set]()),
    );
  }

  unetFeatures(by: "model" | "start" = "model") {
    return this.#once(`unet ${by}`, async () => {
      const { latents } = await this.test(), { featureTimestep, seed } = this.config;
      return await unetFeatures(this[by], latents, featureTimestep, seed);
    });
  }

  gradientNorms(by: "model" | "start" = "model") {
    return this.#once(`gradients ${by}`, async () => {
      const { dataset, fraction, seed } = this.#options, { preset } = this.#context;
      const data = await this.#context.training(dataset, fraction, seed);
      return gradientNorms(this[by], data, { ...preset.train, seed }, this.start.params);
    });
  }

  real(split: Split | "measured"): Promise<RealPictures> {
    return this.#context.real(this.#options.dataset, split === "measured" ? this.split : split);
  }

  drawn(): Promise<DrawnPictures> {
    return this.#once("drawn", async () => {
      const { captions } = await this.test(), { samples, seed } = this.config;
      const of = drawnRecords(captions.length, samples, seed);
      const prompts = of.map((i) => captions[i] as string);
      return { prompts, of, pixels: await this.draw("drawn", prompts) };
    });
  }

  drawnVisual(): Promise<Visual> {
    return this.#once("drawn visual", async () => this.visual((await this.drawn()).pixels));
  }

  visual(pixels: Float32Array): Promise<Visual> {
    return this.#context.visual(pixels);
  }

  async draw(name: string, prompts: readonly string[]): Promise<Float32Array> {
    if (prompts.length === 0) return new Float32Array(0);
    const { folder } = this.#options, size = this.model.config.imageSize;
    const kept = folder === undefined ? undefined : join(folder, name);
    const columns = Math.min(16, prompts.length);
    if (kept !== undefined && await exists(join(kept, "samples.png"))) {
      const { bytes } = await cutTiles(join(kept, "samples.png"), {
        size,
        columns,
        count: prompts.length,
      });
      return fromBytes(bytes);
    }
    const { samplingSteps: steps, guidance, seed } = this.config;
    const pixels = await drawPictures(
      this.model,
      prompts,
      { steps, guidance, seed },
      (done, all) => this.note(`drawing, ${done} of ${all} steps`),
    );
    if (kept !== undefined) {
      await writeSamples(kept, pixels, { prompts: [...prompts], size, columns });
    }
    return fromBytes(toTiles(pixels, size).bytes);
  }

  async note(what: string): Promise<void> {
    await this.#options.onPhase?.(what);
  }
}

async function embed(model: Model, { captions, pixels }: Pictures): Promise<Embedded> {
  return {
    images: await embedImages(model, pixels),
    texts: await embedCaptions(model, captions),
  };
}

/** In 256 levels, as real pictures are: a network may notice the difference. */
function fromBytes(bytes: Uint8Array): Float32Array {
  return Float32Array.from(bytes, (byte) => byte / 127.5 - 1);
}

/**
 * The records whose captions are drawn: rounds over all of them, each in an order drawn from `seed`, so
 * that captions occur as often as they do in the split. More samples begin with the same ones.
 */
export function drawnRecords(records: number, samples: number, seed: number): number[] {
  const rounds = Math.ceil(samples / records);
  return Array.from(
    { length: rounds },
    (_, round) => [...stream(seed, "prompts", round).permutation(records)],
  ).flat().slice(0, samples);
}

/** The first places of `count` distinct prompts, which are shown. */
export function distinctPlaces(prompts: readonly string[], count: number): number[] {
  const first = prompts.flatMap((prompt, i) => prompts.indexOf(prompt) === i ? [i] : []);
  return first.slice(0, count);
}
