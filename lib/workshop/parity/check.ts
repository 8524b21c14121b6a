import { join } from "@std/path";
import type { Comparison, Tolerances } from "./compare.ts";
import { checkClip } from "./clip.ts";
import { checkMetrics } from "./metrics.ts";
import { checkOptimizer } from "./optimizer.ts";
import { isReference, readReference, type Reference } from "./reference.ts";
import { checkRsc } from "./rsc.ts";
import { checkSamplers } from "./samplers.ts";
import { checkShapes, isShapeList } from "./shapes.ts";
import { checkTokenizer, tokenCases } from "./tokenizer.ts";
import { checkUnet } from "./unet.ts";
import { checkVae } from "./vae.ts";

/** A kind of reference: how its content tells, and what compares it. */
interface Kind {
  readonly is: (reference: Reference) => boolean;
  readonly check: (
    reference: Reference,
    tolerances: Tolerances,
  ) => Comparison[] | Promise<Comparison[]>;
}

const classed = (name: string) => ({ config }: Reference) => config?._class_name === name;
const holds = (...names: string[]) => ({ io }: Reference) => names.every((name) => io.has(name));

/** The kinds by name, in the order in which they are tried. */
const kinds = {
  CLIP: {
    is: ({ config: c }) => c?.model_type === "clip" || c !== undefined && "text_config" in c,
    check: checkClip,
  },
  UNet: { is: classed("UNet2DConditionModel"), check: checkUnet },
  autoencoder: { is: classed("AutoencoderKL"), check: checkVae },
  samplers: { is: ({ json }) => "timesteps" in json && "model" in json, check: checkSamplers },
  optimiser: { is: ({ json }) => "lr_per_step" in json, check: checkOptimizer },
  metrics: { is: ({ json }) => "fid" in json, check: checkMetrics },
  consistency: { is: holds("clip", "diffusion"), check: checkRsc },
  tokenizer: { is: (r) => tokenCases(r) !== undefined, check: checkTokenizer },
  shapes: {
    is: ({ others }) => Object.keys(others).length > 0 && Object.values(others).every(isShapeList),
    check: checkShapes,
  },
} as const satisfies Record<string, Kind>;
export type KindName = keyof typeof kinds;

/** What one folder of reference values gave. */
export interface CaseResult {
  readonly name: string;
  readonly folder: string;
  readonly kind?: KindName;
  readonly comparisons: readonly Comparison[];
  /** Why the case could not be compared: a tensor missing, an option not supported, … */
  readonly problem?: string;
  readonly passed: boolean;
  readonly seconds: number;
}

const faults = [TypeError, ReferenceError, SyntaxError];

/** The kind of a case by its content; throws where it is none that is known. */
export function kindOf(reference: Reference): KindName {
  for (const [name, kind] of Object.entries(kinds) as [KindName, Kind][]) {
    if (kind.is(reference)) return name;
  }
  const { config } = reference, model = config?._class_name ?? config?.model_type;
  const found = model === undefined ? "" : `, its config.json is of ${JSON.stringify(model)}`;
  throw new Error(
    `the content tells no known kind of reference${found}; expected ${
      Object.keys(kinds).join(", ")
    }`,
  );
}

/** Compares this implementation with one folder of reference values; a problem is a result too. */
export async function checkCase(folder: string, tolerances: Tolerances): Promise<CaseResult> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const name = folder.split(/[/\\]/).filter((part) => part !== "").at(-1) ?? folder;
  let kind: KindName | undefined;
  try {
    const reference = await readReference(folder);
    kind = kindOf(reference);
    const comparisons = await kinds[kind].check(reference, tolerances);
    const passed = comparisons.length > 0 && comparisons.every(({ passed }) => passed);
    return { name, folder, kind, comparisons, passed, seconds: seconds() };
  } catch (error) {
    // A fault in the program keeps its trace.
    if (!(error instanceof Error) || faults.some((fault) => error instanceof fault)) throw error;
    const found = { name, folder, comparisons: [], passed: false, problem: error.message };
    return { ...found, ...(kind && { kind }), seconds: seconds() };
  }
}

/** The folder itself where it is a case, otherwise its subfolders in order of name. */
export async function casesIn(folder: string): Promise<string[]> {
  if (await isReference(folder)) return [folder];
  const names: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory && !name.startsWith(".")) names.push(name);
  }
  return names.sort().map((name) => join(folder, name));
}
