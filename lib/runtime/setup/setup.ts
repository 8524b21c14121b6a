import { join } from "@std/path";
import { addonDone, compileAddon } from "./addon.ts";
import { kernelDone, writeKernel } from "./kernel.ts";
import { packedTensorflow } from "./packed.ts";
import { isFile, lastLine, type Places, placesOf, run } from "./places.ts";
import {
  installTensorflow,
  LeftOut,
  makeVenv,
  notebooksAvailable,
  tensorflowStamp,
  venvDone,
} from "./python.ts";
import { chooseWheel, type WheelChoice } from "./wheel.ts";

/** What set-up found or could not do. */
export interface SetupReport {
  /** Whether notebooks can be executed. */
  readonly notebooks: boolean;
  /** Whether the native backend can be loaded. */
  readonly native: boolean;
  /** What is left out, why, and how to mend it; one line, empty when nothing is. */
  readonly leftOut: string;
}

/** One piece of set-up. */
interface Step {
  readonly what: string;
  readonly done: () => boolean;
  readonly make: () => Promise<void>;
}

/** Options of {@link ensureSetup}. */
export interface SetupOptions {
  readonly places?: Places;
  /** Only looks at what is there: nothing is made and nothing said. */
  readonly look?: boolean;
  /** Receives a line for each step that is done; standard error unless given. */
  readonly say?: (line: string) => void;
}

/**
 * Sets up what is missing: npm packages, a venv with JupyterLab, the TensorFlow wheel in it, the Deno
 * kernel, and the native addon.
 *
 * Each step says what it does, is skipped when it is done, and begins anew when it was cut short.
 * What cannot be done is left out: the project then runs on wasm, or without notebooks. Two starts
 * at once wait for each other.
 */
export async function ensureSetup(options: SetupOptions = {}): Promise<SetupReport> {
  const given = Deno.env.get("UNIDIFF_SETUP"); // by start.ts, whose tasks may not set up themselves
  if (given && !options.places) return JSON.parse(given) as SetupReport;
  const { places = placesOf(), look = false } = options;
  const say = look ? () => {} : options.say ?? ((line) => console.error(`set-up: ${line}`));
  // What came out of an archive has all that it can have, and no network to get more.
  if (packedTensorflow(places) !== undefined) {
    return { notebooks: false, native: addonDone(places), leftOut: "" };
  }
  const choice = chooseWheel();
  const steps = stepsOf(places, choice);
  const reasons = look || steps.every(({ done }) => done())
    ? []
    : await locked(places, say, () => work(steps, say));
  const report = { notebooks: notebooksAvailable(places), native: addonDone(places) };
  if (!report.native && choice.wheel === undefined) reasons.push(choice.why);
  const leftOut = [
    ...(report.native ? [] : ["training runs on the wasm backend, several times slower"]),
    ...(report.notebooks ? [] : ["notebooks are left out"]),
  ].join("; ");
  if (leftOut === "") return { ...report, leftOut };
  const line = `${leftOut} (${[...new Set(reasons)].join("; ")})`;
  say(line);
  return { ...report, leftOut: line };
}

/** Whether every step of set-up is done. */
export function isSetUp(places: Places = placesOf()): boolean {
  return packedTensorflow(places) !== undefined ||
    stepsOf(places, chooseWheel()).every(({ done }) => done());
}

/** Does what is not done; returns why something is left out. A step may need those before it. */
async function work(steps: readonly Step[], say: (line: string) => void): Promise<string[]> {
  for (const { what, done, make } of steps) {
    if (done()) continue; // perhaps by another set-up, while this one waited
    try {
      say(what);
      await make();
    } catch (error) {
      if (error instanceof LeftOut) return [error.message];
      throw error;
    }
  }
  return [];
}

/** Works while no other set-up of this project does; a lock ends with its process, however killed. */
async function locked<T>(
  places: Places,
  say: (line: string) => void,
  body: () => Promise<T>,
): Promise<T> {
  await Deno.mkdir(places.cache, { recursive: true });
  const lock = await Deno.open(join(places.cache, "setup.lock"), { create: true, write: true });
  try {
    if (!await lock.tryLock(true)) {
      say("another set-up is at work, waiting for it");
      await lock.lock(true);
    }
    return await body();
  } finally {
    lock.close();
  }
}

function stepsOf(places: Places, { wheel, ...choice }: WheelChoice): Step[] {
  const steps: Step[] = [
    {
      what: "installing the npm packages",
      done: () => isFile(join(places.project, "node_modules", "node-api-headers", "package.json")),
      make: () => installPackages(places),
    },
    {
      what: "installing JupyterLab into .venv (about 300 MB, a minute)",
      done: () => venvDone(places),
      make: () => makeVenv(places),
    },
    {
      what: "writing the Deno kernel into .venv",
      done: () => kernelDone(places),
      make: () => writeKernel(places),
    },
  ];
  if (wheel === undefined) return steps;
  const { size } = choice as { size: string };
  return [...steps, {
    what: `installing ${wheel} into .venv (${size}, a few minutes)`,
    done: () => tensorflowStamp(places) === wheel,
    make: () => installTensorflow(places, wheel),
  }, {
    what: "compiling the native addon against TensorFlow's C library (about 15 s)",
    done: () => addonDone(places),
    make: () => compileAddon(places),
  }];
}

async function installPackages({ project }: Places): Promise<void> {
  // Frozen: set-up never edits a tracked file.
  const installed = await run(Deno.execPath(), ["install", "--frozen", "--quiet"], project);
  if (!installed.ok) throw new LeftOut(`deno install failed (${lastLine(installed.output)})`);
}
