/** Thousands of damaged files, each read within a second and 200 MB: an error by name, or a reading. */
import { join } from "@std/path";
import { type Progress, projectFolder } from "../../runtime/mod.ts";
import type { CaseLine } from "./case_line.ts";

/** What came of the files of one kind. */
export interface ReadFigures {
  readonly kind: string;
  readonly cases: number;
  readonly read: number;
  readonly refused: number;
  /** The longest, in milliseconds, and the largest growth of memory, in bytes. */
  readonly slowest: number;
  readonly largest: number;
  /** Cases that were no good, and why: `--only KIND --case N` repeats one. */
  readonly faults: readonly { readonly case: number; readonly why: string }[];
}

/** What a file may cost. */
export interface ReadLimits {
  readonly ms: number;
  readonly bytes: number;
}

/** No word for so long, and a reading is taken to hang. */
const HANGS = 30_000;

/** Reads mutated files `from` … `to` − 1 of a kind in a process of their own. */
export async function readMutated(
  kind: string,
  [from, to]: readonly [number, number],
  seed: number,
  limits: ReadLimits,
  line?: Pick<Progress, "step">,
): Promise<ReadFigures> {
  const faults: { case: number; why: string }[] = [];
  let read = 0, refused = 0, slowest = 0, largest = 0, next = from;
  while (next < to) {
    const folder = await Deno.makeTempDir({ prefix: "unidiff-stress-" });
    const first = next;
    try {
      const end = await follow(kind, folder, seed, [next, to], (one) => {
        next = one.case + 1;
        one.refused === undefined ? read++ : refused++;
        [slowest, largest] = [Math.max(slowest, one.ms), Math.max(largest, one.grown)];
        const why = [
          ...(one.fault === undefined ? [] : [`${one.fault}: ${one.refused}`]),
          ...(one.ms > limits.ms ? [`${(one.ms / 1000).toFixed(1)} s`] : []),
          ...(one.grown > limits.bytes ? [`${(one.grown / 1e6).toFixed(0)} MB`] : []),
        ];
        if (why.length > 0) faults.push({ case: one.case, why: why.join("; ") });
        line?.step(next - from);
      });
      if (next >= to) break;
      // It died or hung over this one: the rest goes on without it.
      faults.push({ case: next, why: end });
      next++;
      if (next === first + 1 && faults.length > 20) break;
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }
  return { kind, cases: to - from, read, refused, slowest, largest, faults };
}

/** Starts a reader and hands its lines on; resolves at its end with what it said last. */
async function follow(
  kind: string,
  folder: string,
  seed: number,
  [from, to]: readonly [number, number],
  take: (line: CaseLine) => void,
): Promise<string> {
  const script = join(projectFolder, "lib", "workshop", "stress", "read_cases.ts");
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", "--config", join(projectFolder, "deno.json")],
      ...["--allow-read", `--allow-write=${folder}`, "--allow-env", "--allow-ffi", "--allow-sys"],
      ...[script, kind, folder, `${seed}`, `${from}`, `${to}`],
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let heard = performance.now();
  const watch = setInterval(() => {
    if (performance.now() - heard > HANGS) child.kill("SIGKILL");
  }, 1000);
  const complaint = new Response(child.stderr).text();
  let rest = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    heard = performance.now();
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const one of lines) take(JSON.parse(one));
  }
  clearInterval(watch);
  const { code, signal } = await child.status;
  const said = (await complaint).trim().split("\n").at(0) ?? "";
  return `the process ended with ${signal ?? code}${said === "" ? "" : `: ${said}`}`;
}
