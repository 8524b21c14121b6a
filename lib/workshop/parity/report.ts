/** What parity found, as text for a terminal and as JSON. */
import type { CaseResult } from "./check.ts";
import type { Comparison, Tolerances } from "./compare.ts";

/** How much of its tolerance a comparison takes; above 1 it fails. */
function share({ error, tolerance }: Comparison): number {
  return error === 0 ? 0 : error / tolerance;
}

/** The comparison that comes nearest to its tolerance, or exceeds it most. */
export function worst(comparisons: readonly Comparison[]): Comparison | undefined {
  return comparisons.reduce<Comparison | undefined>(
    (most, next) => most === undefined || share(next) > share(most) ? next : most,
    undefined,
  );
}

/** Comparisons that are told in one line together, by what their names begin with. */
const groups: readonly [RegExp, string][] = [
  [/^grad\./, "gradients of parameters"],
  [/^timesteps\./, "time steps"],
  [/^ids of /, "texts as ids"],
  [/^padded/, "texts padded"],
  [/^[^:]+: .*(weight|bias|embedding|logit_scale)$/, "names and shapes"],
];

/** One line of a case: a comparison, or several of a kind. */
interface Line {
  readonly text: string;
  readonly of: Comparison;
  readonly note?: string;
}

function lines(comparisons: readonly Comparison[], all: boolean): Line[] {
  const grouped = new Map<string, Comparison[]>(), out: Line[] = [];
  for (const comparison of comparisons) {
    const { tensor, passed, note } = comparison;
    const group = groups.find(([begins]) => begins.test(tensor))?.[1];
    if (all || !passed || group === undefined) {
      out.push({ text: tensor, of: comparison, ...(note !== undefined && { note }) });
      continue;
    }
    const key = note === undefined ? group : `${group}, truly zero`;
    grouped.set(key, [...grouped.get(key) ?? [], comparison]);
  }
  for (const [key, members] of grouped) {
    const of = worst(members) as Comparison, { note } = of;
    const text = of.error > 0 ? `${members.length} ${key}, most: ${of.tensor}` : undefined;
    out.push({
      text: text ?? `${members.length} ${key}`,
      of,
      ...(note !== undefined && { note }),
    });
  }
  return out;
}

/** A case as lines of text; with `all`, each of its tensors. */
export function caseText(result: CaseResult, all = false): string {
  const { name, kind, comparisons, passed, problem, seconds } = result;
  const verdict = passed ? "pass" : "FAIL";
  const compared = `${comparisons.length} ${comparisons.length === 1 ? "value" : "tensors"}`;
  const head = `${verdict}  ${name} (${kind ?? "unknown kind"}), ` +
    `${compared} compared, ${seconds.toFixed(1)} s`;
  if (problem !== undefined) return `${head}\n      ${problem}`;
  const shown = lines(comparisons, all);
  const width = Math.min(76, Math.max(...shown.map(({ text }) => text.length)));
  const notes = [...new Set(shown.flatMap(({ note }) => note ?? []))];
  return [
    head,
    ...shown.map(({ text, of, note }) => {
      const mark = note === undefined ? "" : ` [${notes.indexOf(note) + 1}]`;
      const numbers = `${scientific(of.error)} of ${scientific(of.tolerance)}`;
      return `      ${text.padEnd(width)}  ${numbers}${of.passed ? "" : "  FAIL"}${mark}`;
    }),
    ...notes.map((note, i) => `      [${i + 1}] ${note}`),
  ].join("\n");
}

/** One line for each case: what was compared, the largest error and what it may be. */
export function summaryText(results: readonly CaseResult[], backend: string): string {
  const rows = results.map(({ name, kind, comparisons, passed, problem }) => {
    const most = worst(comparisons);
    return [
      name,
      kind ?? "?",
      String(comparisons.length),
      most ? scientific(most.error) : "",
      most ? scientific(most.tolerance) : "",
      passed ? "pass" : problem === undefined ? "FAIL" : "ERROR",
    ];
  });
  const table = [["case", "kind", "compared", "largest error", "allowed", ""], ...rows];
  const widths = table[0]!.map((_, c) => Math.max(...table.map((row) => row[c]!.length)));
  const text = table.map((row) =>
    row.map((cell, c) => c < 2 || c > 4 ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!))
      .join("  ").trimEnd()
  );
  const passed = results.filter((result) => result.passed).length;
  return [
    ...text,
    "",
    `errors are relative to the largest absolute value of a tensor; the one nearest to what is ` +
    `allowed is shown`,
    `${passed} of ${results.length} cases pass on ${backend}`,
  ].join("\n");
}

/** Everything as JSON; an error that is not finite is null. */
export function parityJson(
  results: readonly CaseResult[],
  backend: Record<string, string>,
  tolerances: Tolerances,
): Record<string, unknown> {
  return {
    schema: 1,
    backend,
    tolerances,
    passed: results.every(({ passed }) => passed),
    cases: results.map(({ folder: _, comparisons, ...rest }) => ({
      ...rest,
      largest: worst(comparisons),
      comparisons,
    })),
  };
}

function scientific(x: number): string {
  return x === 0 ? "0" : Number.isFinite(x) ? x.toExponential(1) : "not finite";
}
