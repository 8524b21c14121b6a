/** A piece of work that is measured. */

/** One piece of work; it leaves no tensors behind. */
export interface Unit {
  /** Does it once; the value returned is awaited, so that a GPU has finished. */
  run(): unknown | Promise<unknown>;
  dispose(): void;
}

/** What a unit is made with. */
export interface UnitOptions {
  readonly batch: number;
  /** Where large files of the benchmark lie. */
  readonly folder: string;
}
