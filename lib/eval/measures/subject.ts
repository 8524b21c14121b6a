/** What a measure is given, and what it is. */
import type { Split } from "../../data/mod.ts";
import type { Model } from "../../model/mod.ts";

/** How a model is measured. */
export interface EvaluateConfig {
  /** Names of the measures that a run takes by itself (see registry.ts). */
  readonly measures: readonly string[];
  /** The split that a run measures itself on; the test split where it is left out. */
  readonly split?: Exclude<Split, "train">;
  /** Among what the split's pictures and captions are looked for: the split unless given, or the whole set. */
  readonly gallery?: "split" | "set";
  /** Time steps at which the noise loss is measured, every picture at each. */
  readonly timesteps: readonly number[];
  /** How many pictures are drawn from captions of the split, and how. */
  readonly samples: number;
  /** How many of them, of distinct captions, are shown. */
  readonly shown: number;
  readonly samplingSteps: number;
  readonly guidance: number;
  /** Drawn pictures on which retrieval outside the tuned set is measured. */
  readonly outside: number;
  /** Names of sets that are retrieved on as they are, the tuned one left out; none unless given. */
  readonly others?: readonly string[];
  /** Time step of the noised latents whose UNet feature is measured. */
  readonly featureTimestep: number;
  /** Seed of noise draws; the same for every row and seed of a study. */
  readonly seed: number;
}

/** Captioned pictures in memory. */
export interface Pictures {
  readonly captions: readonly string[];
  readonly products: readonly string[];
  readonly attributes: readonly Readonly<Record<string, string | string[]>>[];
  /** Pixels in [−1, 1] at CLIP's size, [n, s, s, 3]. */
  readonly pixels: Float32Array;
}

/** Pictures of the split that is measured on. */
export interface TestPictures extends Pictures {
  /** Scaled latents, [n, h, w, c]. */
  readonly latents: Float32Array;
}

/** The pictures of all splits, among which those of one are looked for. */
export interface Gallery extends Pictures {
  /** Whether each is of the split that is measured on. */
  readonly measured: readonly boolean[];
}

/** Pictures as the frozen network and their colours see them, at the size of drawn pictures. */
export interface Visual {
  /** [n, dim] */
  readonly features: Float32Array;
  readonly dim: number;
  /** Mean colours of a 4 × 4 grid, [n, 48]. */
  readonly colours: Float32Array;
}

/** Real pictures without their pixels. */
export interface RealPictures extends Omit<Pictures, "pixels"> {
  readonly visual: Visual;
}

/** Pictures that the model drew. */
export interface DrawnPictures {
  readonly prompts: readonly string[];
  /** The record of the measured split that each prompt is the caption of. */
  readonly of: readonly number[];
  /** [n, S, S, 3] in [−1, 1], in 256 levels as a picture file has them. */
  readonly pixels: Float32Array;
}

/** Embeddings of pictures and of their captions, [n, projection] each. */
export interface Embedded {
  readonly images: Float32Array;
  readonly texts: Float32Array;
}

/** A set that the model was not tuned on. */
export interface OtherSet extends Embedded {
  readonly name: string;
  readonly products: readonly string[];
}

/** Sets of pictures that embeddings are taken of; "training" has as many as "test". */
export type EmbeddedSet = "test" | "outside" | "training" | "gallery";

/** A model under measurement with its data; everything is made once, when a measure asks. */
export interface Subject {
  readonly model: Model;
  /** The model before fine-tuning. */
  readonly start: Model;
  readonly config: EvaluateConfig;
  test(): Promise<TestPictures>;
  outside(): Promise<Pictures>;
  gallery(): Promise<Gallery>;
  /** The sets of `config.others` but the tuned one, a picture of each caption, embedded by the tuned model. */
  others(): Promise<readonly OtherSet[]>;
  /** Embeddings by the tuned model, or by the starting one. */
  embedded(set: EmbeddedSet, by?: "model" | "start"): Promise<Embedded>;
  /** Records behind "training" embeddings. */
  training(): Promise<Pictures>;
  /** Pooled UNet features of the test pictures, [n, channels]. */
  unetFeatures(by?: "model" | "start"): Promise<{ features: Float32Array; dim: number }>;
  /**
   * The norm of each loss's gradient in each network on one batch of training pictures: by loss ("itc",
   * "is", "rsc-c2d", "rsc-d2c") and network ("text", "vision", "unet").
   */
  gradientNorms(by?: "model" | "start"): Promise<Record<string, Record<string, number>>>;
  /** Real pictures of a split; "measured" is the one that is measured on. */
  real(split: Split | "measured"): Promise<RealPictures>;
  /** The `config.samples` drawn pictures, and what the frozen network sees in them. */
  drawn(): Promise<DrawnPictures>;
  drawnVisual(): Promise<Visual>;
  /** Further drawings, kept under `name`; picture i starts from noise i. */
  draw(name: string, prompts: readonly string[]): Promise<Float32Array>;
  visual(pixels: Float32Array): Promise<Visual>;
  /** Told what goes on; throws where a stop was asked for. */
  note(what: string): Promise<void>;
}

/** What a measure found. */
export interface Findings {
  /** By the keys of evaluation files. */
  readonly metrics: Record<string, number>;
  /** Numbers of single queries, in the order of the split's records, from which intervals are made. */
  readonly queries?: Record<string, ArrayLike<number>>;
}

/** One measure; its numbers depend on the subject alone. */
export interface Measure {
  /** What `--measures` calls it. */
  readonly name: string;
  /** What it tells, in one line. */
  readonly title: string;
  /** Whether it is of the drawn pictures, so that more samples change it. */
  readonly ofDrawn: boolean;
  readonly compute: (subject: Subject) => Promise<Findings>;
}

/** Thrown by a measure that this data has nothing for, such as attributes; the others go on. */
export class NotMeasurable extends Error {}
