import { cardMemoryUsed } from "../../runtime/mod.ts";
import type { Side, SideCommand } from "./side.ts";
import { startSide } from "./side.ts";
import type { Request } from "./worker.ts";

/** A figure of one side: the median over rounds, and between which values half of them lie. */
export interface Figure {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** Median of the processor's time, in the same unit; of use where the clock was disturbed. */
  readonly processor?: number;
}

/** One line of the benchmark: a figure of each side. */
export interface Measurement {
  readonly unit: string;
  readonly measures: "milliseconds" | "bytes" | "seconds";
  readonly sides: Readonly<Record<string, Figure>>;
  /** Median over rounds of each other side's ratio: ours / theirs. */
  readonly ratios: Readonly<Record<string, number>>;
  /** Tensors that our side left behind. */
  readonly left: number;
}

/** How thorough to be. */
export interface Thoroughness {
  readonly rounds: number;
  /** A round repeats short work until it takes so many milliseconds. */
  readonly atLeast: number;
}

/**
 * Measures a unit on every side in turn: warm-up, then rounds in which each side works once, so that
 * all see the same disturbances. The first side is ours.
 */
export async function measureUnit(
  sides: readonly Side[],
  request: Omit<Request, "repeat">,
  { rounds, atLeast }: Thoroughness,
): Promise<Measurement> {
  const ask = (side: Side, repeat: number) => side.ask({ ...request, repeat });
  let slowest = 0;
  for (const side of sides) {
    await ask(side, 1); // makes the unit, and graphs
    slowest = Math.max(slowest, (await ask(side, 1)).milliseconds);
  }
  const repeat = Math.max(1, Math.min(200, Math.ceil(atLeast / slowest)));
  const times = sides.map((): number[] => []), used = sides.map((): number[] => []);
  let left = 0;
  for (let round = 0; round < rounds; round++) {
    for (const [i, side] of sides.entries()) {
      const answer = await ask(side, repeat);
      times[i]?.push(answer.milliseconds);
      used[i]?.push(answer.processor);
      if (i === 0) left += answer.left;
    }
  }
  const figures = sides.map(({ name }, i) => {
    const processor = quantile(used[i] as number[], 0.5);
    return [name, { ...figureOf(times[i] as number[]), processor }] as const;
  });
  return {
    unit: request.unit,
    measures: "milliseconds",
    sides: Object.fromEntries(figures),
    ratios: ratiosOf(sides.map(({ name }) => name), times),
    left,
  };
}

/**
 * Measures start-up, the first call of a unit, later ones while no other side is there, and the most memory that it takes, in a process of its
 * own for each side; on a card also what the process holds there afterwards, by the driver's count.
 */
export async function measureProcess(
  commands: readonly SideCommand[],
  request: Omit<Request, "repeat">,
  repeat: number,
): Promise<Measurement[]> {
  const names = commands.map(({ name }) => name);
  const startUps: number[][] = [], firsts: number[][] = [], peaks: number[][] = [];
  const held: number[][] = [], times: number[][] = [];
  for (const command of commands) {
    const before = cardMemoryUsed() ?? NaN, side = await startSide(command);
    startUps.push([side.startUp]);
    firsts.push([(await side.ask({ ...request, repeat: 1 })).milliseconds]);
    const { peak, milliseconds } = await side.ask({ ...request, repeat });
    peaks.push([peak]);
    times.push([milliseconds]);
    held.push([side.onGpu ? (cardMemoryUsed() ?? NaN) - before : NaN]);
    await side.end();
  }
  const line = (unit: string, measures: Measurement["measures"], values: number[][]) => ({
    unit,
    measures,
    sides: Object.fromEntries(names.map((name, i) => [name, figureOf(values[i] as number[])])),
    ratios: ratiosOf(names, values),
    left: 0,
  });
  const { unit } = request;
  return [
    line("start-up", "seconds", startUps),
    line(`first call ${unit}`, "milliseconds", firsts),
    line(`${unit} alone`, "milliseconds", times),
    line(`memory ${unit}`, "bytes", peaks),
    ...(held.flat().every(Number.isFinite) ? [line(`card ${unit}`, "bytes", held)] : []),
  ];
}

function ratiosOf(names: readonly string[], values: readonly number[][]): Record<string, number> {
  const [ours = []] = values;
  return Object.fromEntries(
    names.slice(1).map((name, i) => {
      const theirs = values[i + 1] as number[];
      return [name, quantile(ours.map((x, k) => x / (theirs[k] as number)), 0.5)];
    }),
  );
}

function figureOf(values: number[]): Figure {
  const [median, low, high] = [0.5, 0.25, 0.75].map((q) => quantile(values, q));
  return { median: median as number, low: low as number, high: high as number };
}

/** The q-quantile of some values, between neighbours by their distance. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b), at = q * (sorted.length - 1);
  const below = sorted[Math.floor(at)] as number, above = sorted[Math.ceil(at)] as number;
  return below + (above - below) * (at - Math.floor(at));
}
