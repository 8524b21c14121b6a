import { join } from "@std/path";

/** A run that this process may work on until it releases it. */
export interface Claim {
  release(): void;
}

/**
 * Claims a run's folder for this process, or returns undefined while another one holds it.
 *
 * The claim is the operating system's lock on a file, which ends with the process, however it ends:
 * a killed worker's run is free at once.
 */
export async function claimRun(folder: string): Promise<Claim | undefined> {
  await Deno.mkdir(folder, { recursive: true });
  const file = await Deno.open(join(folder, ".lock"), { create: true, write: true });
  if (!await file.tryLock(true)) {
    file.close();
    return undefined;
  }
  return { release: () => file.close() };
}
