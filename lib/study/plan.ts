/** Which runs a study has. */
import type { RunConfig } from "../report/mod.ts";
import type { PublishedFolders } from "../weights/mod.ts";
import type { Changes } from "./preset.ts";
import type { RowId } from "./rows.ts";

/** One run of a study. */
export interface RunPlan {
  readonly dataset: string;
  readonly row: RowId;
  readonly seed: number;
  /** Share of the training products, in (0, 1]. */
  readonly fraction: number;
}

/** Settings that stand for the preset's own in all rows of a data set, by its name. */
export type Chosen = Readonly<Record<string, Changes>>;

/** What a study compares. */
export interface StudyConfig {
  readonly datasets: readonly string[];
  readonly rows: readonly string[];
  /** How many seeds, from `firstSeed` on. */
  readonly seeds: number;
  /** 0 unless given. */
  readonly firstSeed?: number | undefined;
  readonly fractions: readonly number[];
  readonly preset: string;
  /** What is changed of the preset, by path; see changes.ts. */
  readonly changes: Changes;
  /** What was chosen for all rows of a set (matched.ts). */
  readonly chosen?: Chosen | undefined;
  /** Published folders to start from, in place of the preset's own sizes and weights. */
  readonly published?: PublishedFolders | undefined;
  /** Leave out bad lines and pictures instead of stopping. */
  readonly skipBad: boolean;
}

/** The main job's default. */
export const defaultStudy: StudyConfig = {
  datasets: ["ecommerce-product"],
  rows: ["A0", "A1", "A2", "A3", "A6"],
  seeds: 1,
  fractions: [1],
  preset: "mini",
  changes: {},
  skipBad: false,
};

/** A run with its folder and resolved configuration. */
export interface PlannedRun {
  readonly plan: RunPlan;
  readonly name: string;
  readonly folder: string;
  readonly config: RunConfig;
  readonly finished: boolean;
}
