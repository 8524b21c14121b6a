import { countTruncated, type Model } from "../model/mod.ts";
import {
  cacheFolder,
  type DataSet,
  evaluationRecords,
  findDataSet,
  openPixels,
  type PixelFile,
  positionsOf,
  type ProductRecord,
  type Split,
  SPLITS,
  subsetByProduct,
  trainingRecords,
} from "../data/mod.ts";
import { drawnCorpus, drawnSeeds } from "../drawn/mod.ts";
import {
  cached,
  colourGrid,
  type Extractor,
  type Gallery,
  mobilenet,
  type Pictures,
  type RealPictures,
  type TestPictures,
  type Visual,
} from "../eval/mod.ts";
import { inNotebook, progress, stream } from "../runtime/mod.ts";
import type { JointData } from "../train/mod.ts";
import { type LatentFile, openLatents } from "./latents.ts";
import type { Preset } from "./preset.ts";
import { loadModel, startingPoint, tokenizerOf } from "./start.ts";

/** What the runs of a study share, each made once: the pretrained model, pictures, latents. */
export class StudyContext {
  readonly preset: Preset;
  readonly #skipBad: boolean;
  readonly #extractor: () => Promise<Extractor>;
  #made = new Map<string, Promise<unknown>>();

  /** `extractor` loads another network than the default for features of pictures. */
  constructor(preset: Preset, skipBad = false, extractor: () => Promise<Extractor> = mobilenet) {
    this.preset = preset;
    this.#skipBad = skipBad;
    this.#extractor = extractor;
  }

  /** The context of another preset; what was made is shared where only their training differs. */
  with(preset: Preset): StudyContext {
    const context = new StudyContext(preset, this.#skipBad, this.#extractor);
    const shared = ({ model, weights, evaluate }: Preset) =>
      JSON.stringify([model, weights, evaluate]);
    if (shared(preset) === shared(this.preset)) context.#made = this.#made;
    return context;
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

  /** Forgets a model of which a run has freed parameters; the next call of {@link model} reads it anew. */
  forgetModel(): void {
    this.#made.delete("model");
  }

  /** What the starting weights are: a hash of their files, or "random". */
  startingPoint(): Promise<string> {
    return this.#once("starting point", () => startingPoint(this.preset));
  }

  dataSet(name: string): Promise<DataSet> {
    return this.#once(`set ${name}`, () => findDataSet(name, { skipBad: this.#skipBad }));
  }

  /** How many captions of a set are longer than the text tower's context and lose their end. */
  truncation(name: string): Promise<{ captions: number; longer: number; context: number }> {
    return this.#once(`truncation ${name}`, async () => {
      const { records } = await this.dataSet(name), { contextLength } = this.preset.model.clip.text;
      const captions = records.flatMap(({ captions }) => captions);
      const longer = countTruncated(await tokenizerOf(this.preset), captions, contextLength);
      return { captions: captions.length, longer, context: contextLength };
    });
  }

  /** Training records of the part of a set that a fraction of its products makes. */
  async records(name: string, fraction: number, seed: number): Promise<ProductRecord[]> {
    return subsetByProduct(trainingRecords(await this.dataSet(name)), fraction, seed);
  }

  /** The pictures of a set at a size, in a file made once for all runs and studies. */
  #pixels(name: string, size: number): Promise<PixelFile> {
    return this.#once(`pixels ${name} ${size}`, async () => {
      const set = await this.dataSet(name), label = `pictures of ${set.name} at ${size}`;
      return openPixels(set, size, { onDone: lineOf(set, label) });
    });
  }

  /** Pictures of some records of a set, [n, s, s, 3] in [−1, 1] at the size that is drawn. */
  async pixelsOf(name: string, records: readonly ProductRecord[]): Promise<Float32Array> {
    const pixels = await this.#pixels(name, this.preset.model.imageSize);
    return pixels.pixels(positionsOf(await this.dataSet(name), records));
  }

  /** The latents of a set's pictures, plain and mirrored, in a file likewise. */
  #latents(name: string): Promise<LatentFile> {
    return this.#once(`latents ${name}`, async () => {
      const set = await this.dataSet(name);
      const pixels = await this.#pixels(name, this.preset.model.imageSize);
      const start = await this.startingPoint(), model = await this.model();
      return openLatents(model, start, set, pixels, lineOf(set, `latents of ${set.name}`));
    });
  }

  /** Training pictures of a set with their latents. */
  async training(name: string, fraction: number, seed: number): Promise<JointData> {
    const records = await this.records(name, fraction, seed);
    const at = positionsOf(await this.dataSet(name), records);
    const pixels = await this.#pixels(name, this.preset.model.clip.vision.imageSize);
    const latents = await this.#latents(name);
    const rows = (indices: ArrayLike<number>) => Int32Array.from(indices, (i) => at[i] as number);
    return {
      count: records.length,
      names: records.map(({ id }) => id),
      captions: records.map(({ captions }) => captions),
      pixels: (indices) => pixels.pixels(rows(indices)),
      latents: (indices, mirrored) => latents(rows(indices), mirrored),
    };
  }

  /** Pictures of a set to measure on (fronts only, where it tells views apart). */
  test(name: string, split: Split = "test"): Promise<TestPictures> {
    return this.#once(`test ${name} ${split}`, async () => {
      const set = await this.dataSet(name), records = evaluationRecords(set, split);
      const at = positionsOf(set, records);
      const pixels = await this.#pixels(name, this.preset.model.clip.vision.imageSize);
      const latents = await this.#latents(name);
      return {
        ...textsOf(records),
        pixels: pixels.pixels(at),
        latents: latents(at, records.map(() => false)),
      };
    });
  }

  /** Pictures of some records of a set at CLIP's size. */
  async #picturesOf(name: string, records: readonly ProductRecord[]): Promise<Pictures> {
    const pixels = await this.#pixels(name, this.preset.model.clip.vision.imageSize);
    const at = positionsOf(await this.dataSet(name), records);
    return { ...textsOf(records), pixels: pixels.pixels(at) };
  }

  /** Every picture of a set that some split of it is measured on, and whether `split` is. */
  gallery(name: string, split: Split = "test"): Promise<Gallery> {
    return this.#once(`gallery ${name} ${split}`, async () => {
      const records = measuredRecords(await this.dataSet(name));
      const measured = records.map((record) => record.split === split);
      return { ...await this.#picturesOf(name, records), measured };
    });
  }

  /** The first of them of each caption. */
  onePerCaption(name: string): Promise<Pictures> {
    return this.#once(`one per caption ${name}`, async () => {
      const all = measuredRecords(await this.dataSet(name));
      const byCaption = Map.groupBy(all, ({ captions }) => captions[0]);
      return this.#picturesOf(name, [...byCaption.values()].map(([first]) => first!));
    });
  }

  /** `count` training pictures at CLIP's size, the same of a set, fraction and seed. */
  trainingSample(
    name: string,
    fraction: number,
    seed: number,
    count: number,
  ): Promise<Pictures> {
    return this.#once(`sample ${name} ${fraction} ${seed} ${count}`, async () => {
      const records = await this.records(name, fraction, seed);
      const order = stream(seed, "training-sample").permutation(records.length);
      return this.#picturesOf(name, Array.from(order.subarray(0, count), (i) => records[i]!));
    });
  }

  /** The frozen network whose features pictures are compared by. */
  extractor(): Promise<Extractor> {
    return this.#once("extractor", async () => cached(await this.#extractor()));
  }

  /** Real pictures of a split as the frozen network sees them, at the size that is drawn. */
  real(name: string, split: Split): Promise<RealPictures> {
    return this.#once(`real ${name} ${split}`, async () => {
      const set = await this.dataSet(name), size = this.preset.model.imageSize;
      const records = split === "train" ? trainingRecords(set) : evaluationRecords(set, split);
      const pixels = await this.#pixels(name, size), at = positionsOf(set, records);
      const parts: Visual[] = [], piece = Math.max(1, Math.floor(PIXELS_AT_ONCE / size ** 2));
      for (let first = 0; first < at.length; first += piece) {
        parts.push(await this.visual(pixels.pixels(at.slice(first, first + piece))));
      }
      const { dim } = await this.extractor();
      const visual = {
        features: concatenated(parts.map(({ features }) => features)),
        dim,
        colours: concatenated(parts.map(({ colours }) => colours)),
      };
      return { ...textsOf(records), visual };
    });
  }

  /** What the frozen network and a grid of colours see of pixels at the size that is drawn. */
  async visual(pixels: Float32Array): Promise<Visual> {
    const extractor = await this.extractor(), { imageSize } = this.preset.model;
    return {
      features: await extractor.features(pixels, imageSize),
      dim: extractor.dim,
      colours: colourGrid(pixels, imageSize),
    };
  }

  /** Held-out drawn garments and products: retrieval outside whatever set is tuned. */
  outside(): Promise<Pictures> {
    return this.#once("outside", async () => {
      const { model: { clip }, evaluate } = this.preset;
      const size = clip.vision.imageSize;
      const cache = cacheFolder("drawn");
      const drawn = await drawnCorpus(evaluate.outside, { seed: drawnSeeds.heldOut, size, cache });
      const all = Int32Array.from({ length: drawn.n }, (_, i) => i);
      const { captions } = drawn;
      return { captions, products: captions, attributes: [], pixels: drawn.pixels(all) };
    });
  }
}

/** Shows how far the preparation of a big set is; a small one takes seconds. */
function lineOf({ records }: DataSet, label: string): (done: number) => void {
  const quiet = records.length < 2000 || inNotebook();
  const line = progress(records.length, label, {
    unit: "pictures",
    ...(quiet ? { where: "silent" } : {}),
  });
  return (done) => {
    line.step(done);
    if (done === records.length) line.done();
  };
}

/** Pixels of real pictures that are in memory at once while features are taken. */
const PIXELS_AT_ONCE = 2 ** 25;

/** What any split of a set is measured on. */
function measuredRecords(set: DataSet): ProductRecord[] {
  return SPLITS.flatMap((split) => evaluationRecords(set, split));
}

function textsOf(records: readonly ProductRecord[]): Omit<Pictures, "pixels"> {
  return {
    captions: records.map(({ captions }) => captions[0] as string),
    products: records.map(({ product }) => product),
    attributes: records.map(({ attributes }) => attributes),
  };
}

function concatenated(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
