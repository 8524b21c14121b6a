/** What a run says whose device ran out of memory in spite of the estimate. */
import type { Preset } from "../preset.ts";
import { type RowId, rowOf } from "../rows.ts";
import { estimateStep } from "./estimate.ts";
import { describeEstimate, waysThatFit } from "./limit.ts";

/** How TensorFlow, CUDA and the browser's interface say it. */
const WORDS =
  /\bOOM when allocating|resource_?\s?exhausted|CUDA_ERROR_OUT_OF_MEMORY|failed to allocate memory|out of memory/i;

/** Whether an error is a device without room for a tensor. */
export function isMemoryFull(error: unknown): boolean {
  return error instanceof Error && WORDS.test(error.message);
}

/**
 * The complaint about a run whose device is full: what it needs by the estimate, and settings that need a fifth
 * less or better. Finished runs and checkpoints are as they were.
 */
export async function memoryFull(
  folder: string,
  preset: Preset,
  row: RowId,
  cause: Error,
): Promise<Error> {
  const estimate = await estimateStep(preset, rowOf(row));
  const ways = await waysThatFit(preset, rowOf(row), 0.8 * estimate.total);
  const [said = ""] = cause.message.split("\n");
  return new Error(
    `${folder}: the device's memory is full (${
      said.slice(0, 200)
    }). A step of row ${row} with batches of ` +
      `${preset.train.batch} is estimated at ${
        describeEstimate(estimate)
      }, and other programs may hold ` +
      "some of the device. Finished runs and the last checkpoint are kept. " +
      (ways.length > 0
        ? `These need less:\n${ways.map((way) => `  ${way}`).join("\n")}`
        : "Nothing that this project knows needs less; take a smaller preset, or free the device."),
    { cause },
  );
}
