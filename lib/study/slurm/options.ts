/** What a user asks of Slurm, and what a site needs. */
import { z } from "zod";

/** How the tasks of a study are asked for. */
export interface SlurmOptions {
  /** Tasks of the job array, at most. */
  readonly array: number;
  /** Seconds before the time limit at which a task writes its checkpoint and queues again. */
  readonly grace: number;
  /** Options of sbatch by their long names; an empty one is a switch. */
  readonly sbatch: Readonly<Record<string, string>>;
}

/** What the project sets itself, for the sake of which a task is found, stopped and queued again. */
const RESERVED = [
  "job-name",
  "output",
  "error",
  "chdir",
  "signal",
  "requeue",
  "no-requeue",
  "wrap",
];

/**
 * Reads "partition=gpu,gres=gpu:1,time=04:00:00,mem=40G,array=64"; options of sbatch by their long
 * names, `array` tasks (1 unless given) and `grace` seconds (120). Throws on anything else.
 */
export function parseSlurm(...texts: readonly string[]): SlurmOptions {
  const given: Record<string, string> = {};
  let last: string | undefined;
  for (const part of texts.flatMap((text) => text.split(","))) {
    const [, name, value] = /^\s*([a-z][a-z-]*)=(.*?)\s*$/.exec(part) ?? [];
    if (name !== undefined) given[last = name] = value ?? "";
    // "nodelist=node[1,3]": a comma within a value.
    else if (last !== undefined && part.trim() !== "") given[last] += `,${part.trim()}`;
    else if (part.trim() !== "") {
      throw new Error(
        `--slurm "${part}": expected options of sbatch such as partition=gpu,time=04:00:00,array=64`,
      );
    }
  }
  const { array = "1", grace = "120", ...sbatch } = given;
  const taken = RESERVED.find((name) => name in sbatch);
  if (taken !== undefined) {
    throw new Error(`--slurm ${taken}=…: a study sets it itself, leave it out`);
  }
  return { array: wholeNumber("array", array), grace: wholeNumber("grace", grace), sbatch };
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1) return value;
  throw new Error(`--slurm ${name}=${text}: expected a whole number of at least 1`);
}

const siteSchema = z.strictObject({
  /** As --slurm, which goes over it. */
  slurm: z.string().default(""),
  /** Lines of bash before the program: modules, limits. */
  before: z.array(z.string()).default([]),
  /** Variables of the tasks' environment. */
  environment: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string()).default({}),
  /** Words before the program, such as those that start a container. */
  run: z.string().default(""),
  /** The Deno of the nodes, where it lies elsewhere than here. */
  deno: z.string().optional(),
});

/** What a site needs beside options of sbatch. */
export type Site = z.infer<typeof siteSchema>;

/** A site that needs nothing. */
export const PLAIN_SITE: Site = siteSchema.parse({});

/** Reads a site's file (JSON); throws an error that names what is wrong in it. */
export async function readSite(path: string): Promise<Site> {
  let value: unknown;
  try {
    value = JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    throw new Error(`--site ${path}: cannot be read as JSON (${(error as Error).message})`);
  }
  const read = siteSchema.safeParse(value);
  if (read.success) return read.data;
  const issues = read.error.issues.map(({ path, message }) =>
    `${path.join(".")} ${message}`.trim()
  );
  throw new Error(
    `--site ${path}: ${issues.join("; ")}; expected slurm, before, environment, run, deno ` +
      "(docs/cluster.md)",
  );
}
