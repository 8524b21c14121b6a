/** Whether a study's runs fit into memory, and what would fit where they do not. */
import { cards, systemText, tf } from "../../runtime/mod.ts";
import type { Changes } from "../preset.ts";
import { changed } from "../changes.ts";
import type { Preset } from "../preset.ts";
import { type Row, rowOf, trainingOf, weightsOf } from "../rows.ts";
import { estimateStep, type MemoryEstimate } from "./estimate.ts";

/** The memory in which tensors lie. */
export interface DeviceMemory {
  readonly bytes: number;
  /** "this machine's memory", "the GPU's memory", … */
  readonly what: string;
}

/** The whole memory of the device that computes: the GPU's, or the machine's within its container. */
export function deviceMemory(onGpu: boolean): DeviceMemory {
  const gpu = onGpu ? gpuMemory() : undefined;
  if (gpu !== undefined) return { bytes: gpu, what: "the GPU's memory" };
  const { total } = Deno.systemMemoryInfo(), allowed = containerMemory();
  return allowed !== undefined && allowed < total
    ? { bytes: allowed, what: "this container's memory" }
    : { bytes: total, what: "this machine's memory" };
}

/** What each of some processes may use: the device's memory, or what a user says there is. */
export function memoryToUse(stated: number | undefined, processes = 1): DeviceMemory {
  const onGpu = (tf.backend() as { isUsingGpuDevice?: boolean }).isUsingGpuDevice === true;
  const whole = stated === undefined
    ? deviceMemory(onGpu)
    : { bytes: stated, what: "the memory that --memory-limit states" };
  if (processes === 1) return whole;
  return { bytes: whole.bytes / processes, what: `${whole.what} for each of ${processes} workers` };
}

/** Bytes that the container allows (control groups, version 2 or 1), if it limits them. */
function containerMemory(): number | undefined {
  const files = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];
  for (const file of files) {
    const bytes = Number(systemText(file)); // "max" is no number, nor is a file that is not there
    if (Number.isFinite(bytes) && bytes > 0) return bytes;
  }
  return undefined;
}

/** The smallest GPU's memory, as the driver tells. */
function gpuMemory(): number | undefined {
  const sizes = cards().map(({ memory }) => memory ?? 0);
  return sizes.length > 0 && sizes.every((n) => n > 0) ? Math.min(...sizes) : undefined;
}

/** What to try, from what costs least to what changes most. */
const remedies: readonly Changes[] = [
  {},
  { "train.gradientCheckpointing": true },
  { "train.gradientCheckpointing": true, "train.optimizer": "sgd" },
  { "train.gradientCheckpointing": true, "train.optimizer": "sgd", "train.momentum": 0 },
];
const adapters: Changes = { "train.gradientCheckpointing": true, "train.lora": 8 };

/**
 * The estimate of the row that needs most.
 *
 * Throws an Error with the numbers, and with the options that would fit, where that is more than
 * `limit`. Rows that train nothing need no step.
 */
export async function checkMemory(
  preset: Preset,
  rowIds: readonly string[],
  limit: DeviceMemory,
): Promise<{ row: string; estimate: MemoryEstimate } | undefined> {
  let worst: { row: string; estimate: MemoryEstimate } | undefined;
  for (const id of undominated(preset, rowIds)) {
    const estimate = await estimateStep(preset, rowOf(id));
    if (!worst || estimate.total > worst.estimate.total) worst = { row: id, estimate };
  }
  if (!worst || worst.estimate.total <= limit.bytes) return worst;
  const ways = await waysThatFit(preset, rowOf(worst.row), limit.bytes);
  throw new Error(
    `a step of row ${worst.row} needs ${describeEstimate(worst.estimate)}; ${limit.what} is ` +
      `${gib(limit.bytes)}. ` +
      (ways.length > 0
        ? `These would fit (a smaller batch leaves ITC and RSC fewer pictures to compare):\n${
          ways.map((way) => `  ${way}`).join("\n")
        }\n`
        : "Nothing that this project knows would make it fit; take a smaller preset. ") +
      "--memory-limit GIB says how much there is if that is wrong.",
  );
}

/** Rows that train, without those of which another has every loss and the same settings: it needs more. */
function undominated(preset: Preset, rowIds: readonly string[]): string[] {
  const lossesOf = (id: string) => {
    const { itc, is, rsc } = weightsOf(preset, rowOf(id));
    return [itc > 0, is > 0, rsc > 0];
  };
  const settings = (id: string) => {
    const { rsc, ...train } = trainingOf(preset, rowOf(id));
    return JSON.stringify([train, lossesOf(id)[2] ? [rsc.form, rsc.feature] : undefined]);
  };
  const covers = (a: string, b: string) =>
    lossesOf(b).every((on, i) => !on || lossesOf(a)[i]) &&
    (!lossesOf(b)[2] || settings(a) === settings(b)) &&
    JSON.stringify(rowOf(a).learningRates) === JSON.stringify(rowOf(b).learningRates);
  const training = rowIds.filter((id) => lossesOf(id).includes(true));
  return training.filter((b, i) =>
    !training.some((a, j) => a !== b && covers(a, b) && (!covers(b, a) || j < i))
  );
}

/**
 * Options, as they stand on a command line, under which a step fits, with what it then needs: for the
 * batch as it is and for smaller ones the first remedy that is enough, and adapters.
 */
export async function waysThatFit(preset: Preset, row: Row, limit: number): Promise<string[]> {
  const { batch, accumulate } = preset.train, ways: string[] = [];
  let gentlest = remedies.length;
  const offer = async (changes: Changes): Promise<boolean> => {
    const news = Object.entries(changes).filter(([path, value]) => valueAt(preset, path) !== value);
    const { total } = await estimateStep(changed(preset, changes), row);
    if (news.length === 0 || total > limit) return false;
    const options = news.map(([path, value]) => `--set ${path}=${value}`);
    ways.push(`${options.join(" ")}   (${gib(total)})`);
    return true;
  };
  for (const smaller of [batch, ...smallerBatches(batch)]) {
    const divided: Changes = smaller === batch
      ? {}
      : { "train.batch": smaller, "train.accumulate": accumulate * batch / smaller };
    // A smaller batch is worth it only where it needs a gentler remedy than the larger ones.
    for (let i = 0; i < gentlest; i++) {
      if (await offer({ ...divided, ...remedies[i] })) gentlest = i;
    }
  }
  await offer(adapters);
  return ways;
}

/** The value at a path such as "train.batch". */
function valueAt(preset: Preset, path: string): unknown {
  return path.split(".").reduce<unknown>(
    (tree, name) => (tree as Record<string, unknown>)[name],
    preset,
  );
}

/** Divisors of the batch that leave at least four pictures, which RSC can still compare. */
function smallerBatches(batch: number): number[] {
  const sizes = [batch / 2, batch / 4, batch / 8].filter((n) => Number.isInteger(n) && n >= 4);
  return [...sizes.slice(0, 1), ...sizes.slice(-1)].filter((n, i, all) => all.indexOf(n) === i);
}

/** "25.2 GiB: weights 5.1, gradients 4.8, optimiser 12.6, activations 0.8, libraries 2.0" */
export function describeEstimate(e: MemoryEstimate): string {
  const parts = {
    weights: e.parameters,
    gradients: e.gradients,
    optimiser: e.optimizer,
    ...(e.start > 0 ? { "weights before training": e.start } : {}),
    activations: e.activations,
    libraries: e.total - e.tensors,
  };
  const shown = Object.entries(parts).map(([name, bytes]) =>
    `${name} ${(bytes / 2 ** 30).toFixed(1)}`
  );
  return `${gib(e.total)}: ${shown.join(", ")}`;
}

/** "25.2 GiB" */
export function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
