/** The numbers of runs from evaluation.json and from later evaluations, where they may be compared. */
import type { EvaluationSettings } from "./evaluations.ts";
import type { RunRecord } from "./record.ts";
import { numbersOf, type NumberSource, sourcesIn } from "./sources.ts";
import { summariseSources, type Summary } from "./statistics.ts";
import type { Column } from "./table.ts";

/** Numbers of each run by metric. */
export interface Measured {
  readonly numbers: ReadonlyMap<RunRecord, Readonly<Record<string, number>>>;
  /** The same numbers with the files that they were read from. */
  readonly sources: ReadonlyMap<RunRecord, Readonly<Record<string, NumberSource>>>;
  /** Of the later evaluation that they come from; undefined where they come from the runs' own. */
  readonly settings?: EvaluationSettings;
}

/**
 * Numbers that no drawn picture enters: those of every evaluation on the test split, the runs' own
 * before later ones.
 */
export function measuredOnTest(runs: readonly RunRecord[]): Measured {
  return measured(runs, (run) => {
    const later = run.later.filter(({ settings }) => settings.split === "test");
    return Object.assign({}, ...later.map((one) => sourcesIn(run, one)), sourcesIn(run));
  });
}

/** The numbers that `of` finds of each run. */
function measured(
  runs: readonly RunRecord[],
  of: (run: RunRecord) => Readonly<Record<string, NumberSource>>,
): Measured {
  const sources = new Map(runs.map((run) => [run, of(run)] as const));
  const numbers = new Map([...sources].map(([run, found]) => [run, numbersOf(found)] as const));
  return { numbers, sources };
}

/**
 * Numbers of drawn pictures, all of one and the same evaluation: that which the most runs have, then
 * that with the most of `keys`, then that with the most samples. Nothing is mixed, for these numbers
 * depend on how many pictures are drawn and how.
 */
export function measuredAlike(runs: readonly RunRecord[], keys: readonly string[]): Measured {
  const hashes = new Set(runs.flatMap(({ later }) => later.map(({ hash }) => hash)));
  const found = [...hashes].map((hash): Measured & { samples: number } => {
    const settings = runs.flatMap(({ later }) => later).find((one) => one.hash === hash)!.settings;
    const numbers = measured(runs, (run) => {
      const later = run.later.find((one) => one.hash === hash);
      return later === undefined ? {} : sourcesIn(run, later);
    });
    return { ...numbers, settings, samples: settings.samples };
  });
  const own = measured(runs, (run) => sourcesIn(run));
  const value = ({ numbers, samples }: Measured & { samples: number }) => {
    const counts = [...numbers.values()].map((n) => keys.filter((key) => key in n).length);
    return [
      counts.filter((n) => n > 0).length,
      counts.reduce((a, b) => a + b, 0),
      samples,
    ];
  };
  const best = [{ ...own, samples: 0 }, ...found].map((one) => ({ one, value: value(one) }))
    .sort((a, b) => {
      const at = a.value.findIndex((v, i) => v !== b.value[i]);
      return at < 0 ? 0 : b.value[at]! - a.value[at]!;
    })[0]!.one;
  const { numbers, sources, settings } = best;
  return { numbers, sources, ...(settings === undefined ? {} : { settings }) };
}

/** Runs that drew, and were compared with, equally many pictures; the others, with their counts. */
export function equallyMany({ numbers }: Measured): {
  readonly kept: RunRecord[];
  readonly refused: { readonly run: RunRecord; readonly counts: string }[];
  readonly counts: string;
} {
  const groups = new Map<string, RunRecord[]>();
  for (const [run, n] of numbers) {
    if (n["generation.samples"] === undefined) continue;
    const counts = `${n["generation.samples"]} drawn, ${n["generation.real"] ?? "no"} real`;
    groups.set(counts, [...groups.get(counts) ?? [], run]);
  }
  const sorted = [...groups].sort(([, a], [, b]) => b.length - a.length);
  const [counts, kept] = sorted[0] ?? ["", []];
  const refused = sorted.slice(1).flatMap(([counts, runs]) => runs.map((run) => ({ run, counts })));
  return { kept, refused, counts };
}

/** The number `key` over runs; undefined where none has it. */
export function summaryOf(
  { sources }: Measured,
  runs: readonly RunRecord[],
  key: string,
): Summary | undefined {
  return summariseSources(runs.flatMap((run) => sources.get(run)?.[key] ?? []));
}

/** Those of the columns of which any run has a number. */
export function present({ numbers }: Measured, columns: readonly Column[]): Column[] {
  return columns.filter(({ key }) => [...numbers.values()].some((n) => key in n));
}
