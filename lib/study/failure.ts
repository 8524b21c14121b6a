/** Why a run failed, in its folder: processes that share a study go on with the other runs. */
import { join } from "@std/path";
import { thisProcess, writeJson } from "../runtime/mod.ts";

/** The file that says so; a run whose folder has it is not tried again until it is removed. */
export const FAILURE = "failed.json";

/** What stands in it. */
export interface Failure {
  readonly reason: string;
  readonly host: string;
  readonly when: string;
}

/** Writes down why a run failed; returns the reason. */
export async function writeFailure(folder: string, error: unknown): Promise<string> {
  const reason = error instanceof Error ? error.message : String(error);
  const failure: Failure = { reason, host: thisProcess().host, when: new Date().toISOString() };
  await writeJson(join(folder, FAILURE), failure);
  return reason;
}

/** Why a run failed, or undefined where it did not. */
export async function failureOf(folder: string): Promise<Failure | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(join(folder, FAILURE)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    return { reason: "its failed.json cannot be read", host: "", when: "" };
  }
}

/** Forgets that a run failed, so that it is tried again. */
export async function forgetFailure(folder: string): Promise<void> {
  await Deno.remove(join(folder, FAILURE)).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}
