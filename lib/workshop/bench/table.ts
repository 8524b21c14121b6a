import type { Measurement } from "./measure.ts";
import { cpuGoals, type Goals, gpuGoals } from "./sizes.ts";

/** Everything that one call of the benchmark found, as it is written to JSON. */
export interface BenchResult {
  readonly schema: 1;
  readonly when: string;
  readonly machine: string;
  /** What each side computes with. */
  readonly sides: Readonly<Record<string, string>>;
  /** The card that both sides computed on, as describeCard() says it; absent on the processor. */
  readonly card?: string;
  readonly measurements: readonly Measurement[];
}

/** A value with its unit, short. */
export function show(value: number, measures: Measurement["measures"]): string {
  if (measures === "bytes") return `${(value / 1e6).toFixed(0)} MB`;
  if (measures === "seconds") return `${value.toFixed(2)} s`;
  if (value >= 10_000) return `${(value / 1000).toFixed(1)} s`;
  return `${value.toPrecision(3)} ms`;
}

/** What a ratio to PyTorch means for a unit with a goal. */
export function verdict(unit: string, ratio: number | undefined, goals: Goals = cpuGoals): string {
  const goal = goals[unit.replace(/, batch \d+$/, "")];
  if (!goal || ratio === undefined) return "";
  if (ratio <= goal.aim) return `aim ${goal.aim} reached`;
  return ratio <= goal.must ? `must ${goal.must} holds` : `must ${goal.must} MISSED`;
}

/**
 * The table as Markdown: each side's median (and, behind ±, half of what the middle half of the rounds
 * spans), our ratio to each other side, and to an earlier result where one is given.
 */
export function benchTable(result: BenchResult, earlier?: BenchResult): string {
  const [ours = "", ...others] = Object.keys(result.sides);
  const goals = result.card === undefined ? cpuGoals : gpuGoals;
  const before = new Map(earlier?.measurements.map((m) => [m.unit, m.sides[ours]?.median]));
  const heads = [
    "work",
    ...[ours, ...others],
    ...others.map((name) => `ours / ${name}`),
    ...(earlier ? ["now / earlier"] : []),
    "goal",
  ];
  const rows = result.measurements.map(({ unit, measures, sides, ratios }) => {
    const cells = [ours, ...others].map((name) => {
      const figure = sides[name];
      if (!figure) return "–";
      const spread = (figure.high - figure.low) / 2;
      const around = figure.median > 0 && spread > 0
        ? ` ± ${(100 * spread / figure.median).toFixed(0)} %`
        : "";
      return show(figure.median, measures) + around;
    });
    const old = before.get(unit), now = sides[ours]?.median;
    return [
      unit,
      ...cells,
      ...others.map((name) => ratios[name]?.toFixed(2) ?? "–"),
      ...(earlier ? [old && now ? (now / old).toFixed(2) : "–"] : []),
      verdict(unit, ratios.PyTorch, goals),
    ];
  });
  const where = result.card === undefined ? "" : `\nEvery side on one ${result.card}.\n`;
  return markdown(heads, rows) + where;
}

/** A Markdown table whose columns line up. */
export function markdown(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heads.map((head, i) =>
    Math.max(3, head.length, ...rows.map((row) => row[i]?.length ?? 0))
  );
  const line = (cells: readonly string[]) =>
    `| ${
      cells.map((c, i) => i === 0 ? c.padEnd(widths[i]!) : c.padStart(widths[i]!)).join(" | ")
    } |`;
  const rule = widths.map((w, i) => i === 0 ? `:${"-".repeat(w - 1)}` : `${"-".repeat(w - 1)}:`);
  return [line(heads), line(rule), ...rows.map(line), ""].join("\n");
}
