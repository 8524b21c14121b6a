import { join } from "@std/path";
import { exists } from "../runtime/mod.ts";
import { readSafetensors, readSafetensorsHeader, writeSafetensors } from "../weights/mod.ts";
import type { Optimizer } from "./optimizers.ts";

/**
 * The newest state of a training run: one file, replaced atomically, so that a killed run finds
 * either the old or the new one. Random streams need no state (see runtime/random.ts).
 */
function fileOf(folder: string): string {
  return join(folder, "checkpoint", "state.safetensors");
}

/** Saves the optimiser's vectors (which hold the weights) and how many steps are done. */
export async function saveCheckpoint(
  folder: string,
  optimizer: Optimizer,
  identity: string,
): Promise<void> {
  const tensors = optimizer.tensors();
  // Each is read when its turn comes to be written: a large model is not in memory twice.
  const entries = Object.entries(tensors).map(([name, t]) => ({
    name,
    shape: [t.size],
    data: () => t.data<"float32">(),
  }));
  await Deno.mkdir(join(folder, "checkpoint"), { recursive: true });
  await writeSafetensors(fileOf(folder), entries, {
    dtype: "F32",
    metadata: { step: String(optimizer.step), identity },
  });
}

/**
 * Restores the newest checkpoint into the optimiser; returns the steps done, 0 where there is none.
 *
 * Throws when the checkpoint belongs to another configuration.
 */
export async function restoreCheckpoint(
  folder: string,
  optimizer: Optimizer,
  identity: string,
): Promise<number> {
  const path = fileOf(folder);
  if (!await exists(path)) return 0;
  const { metadata } = await readSafetensorsHeader(path);
  if (metadata.identity !== identity) {
    throw new Error(
      `${path} belongs to another configuration (found ${metadata.identity}, expected ${identity}): ` +
        `delete that folder or choose another output name`,
    );
  }
  const saved = await readSafetensors(path);
  optimizer.restore(Number(metadata.step), (name) => {
    const tensor = saved.get(name);
    if (!tensor) throw new Error(`${path}: tensor "${name}" is missing`);
    return tensor.data as Float32Array;
  });
  return optimizer.step;
}

/** Removes the checkpoint of a run whose final weights are written. */
export async function removeCheckpoint(folder: string): Promise<void> {
  if (await exists(fileOf(folder))) await Deno.remove(fileOf(folder));
}
