/** The pictures that runs drew, side by side where they can be compared. */
import { cutTiles, joinTiles, labelledGrid, stackPictures, tile, type Tiles } from "./grid.ts";
import type { RunRecord } from "./record.ts";

/** Pictures of the same prompts, drawn by several rows. */
export interface SampleSet {
  readonly prompts: readonly string[];
  /** Side of a picture in pixels. */
  readonly size: number;
  readonly rows: readonly { readonly row: string; readonly label: string; readonly tiles: Tiles }[];
}

/**
 * The samples of the first seed of each row (and fraction); undefined where no run drew any.
 *
 * Rows are shown together only where they drew the same prompts; those of the first row count.
 */
export async function comparableSamples(
  runs: readonly RunRecord[],
): Promise<SampleSet | undefined> {
  const drawn = runs.filter(({ samples }) => samples !== undefined);
  const first = drawn[0]?.samples;
  if (first === undefined) return undefined;
  const prompts = JSON.stringify(first.prompts), kept = new Map<string, RunRecord>();
  for (const run of drawn) {
    const { row, fraction } = run.config, key = `${row} ${fraction}`;
    if (JSON.stringify(run.samples!.prompts) === prompts && !kept.has(key)) kept.set(key, run);
  }
  const shown = [...kept.values()];
  const partly = shown.some(({ config }) => config.fraction < 1);
  const rows = [];
  for (const { config: { row, rowTitle, fraction }, samples } of shown) {
    const label = `${row} ${rowTitle}` + (partly ? ` ${Math.round(100 * fraction)} %` : "");
    const tiles = await cutTiles(samples!.picture, { ...samples!, count: first.prompts.length });
    rows.push({ row, label, tiles });
  }
  return { prompts: first.prompts, size: first.size, rows };
}

/** Prompts beside each other in one block of the sample grid, and the least width of a picture. */
const PROMPTS_ACROSS = 8, LEAST_WIDTH = 128;

/**
 * One picture of {@link comparableSamples}: one row below the other, prompts above; more than eight
 * prompts go on in a block below. Undefined where no run drew any.
 */
export async function sampleGrid(runs: readonly RunRecord[]): Promise<Uint8Array | undefined> {
  const samples = await comparableSamples(runs);
  if (samples === undefined) return undefined;
  const { prompts, size, rows } = samples, blocks: Uint8Array[] = [];
  for (let start = 0; start < prompts.length; start += PROMPTS_ACROSS) {
    const columns = Math.min(PROMPTS_ACROSS, prompts.length - start);
    const places = Array.from({ length: columns }, (_, c) => start + c);
    const block = joinTiles(rows.flatMap((r) => places.map((place) => tile(r.tiles, place))));
    blocks.push(
      await labelledGrid(block, {
        columns,
        scale: Math.max(1, Math.ceil(LEAST_WIDTH / size)),
        rowLabels: rows.map(({ label }) => label),
        columnLabels: prompts.slice(start, start + columns),
      }),
    );
  }
  return blocks.length === 1 ? blocks[0] : await stackPictures(blocks);
}
