/** Where the time of a unit goes, operation by operation. */
import { nativeBackend, rawBinding, tf } from "../../runtime/mod.ts";
import { markdown } from "./table.ts";
import type { Unit } from "./unit.ts";

/** How often an operation was dispatched, and the milliseconds it took. */
export interface Share {
  readonly operation: string;
  readonly count: number;
  readonly milliseconds: number;
}

/** A profile: a unit's operations one by one, and its time as a whole and as graphs. */
export interface Profile {
  readonly shares: readonly Share[];
  readonly whole: number;
  readonly asGraph: number;
}

/**
 * Profiles a unit. TensorFlow's operations are counted by name where the native backend computes; on
 * the others tfjs's kernels, whose times are those of their dispatch alone on webgpu.
 *
 * Operations are timed one by one, so with graphs off; the unit's time with graphs stands beside it.
 */
export async function profileUnit(make: () => Unit): Promise<Profile> {
  const before = Deno.env.get("UNIDIFF_GRAPHS");
  Deno.env.set("UNIDIFF_GRAPHS", "1");
  const asGraph = await timed(make);
  Deno.env.set("UNIDIFF_GRAPHS", "0");
  const sums = new Map<string, { count: number; milliseconds: number }>();
  const add = (operation: string, milliseconds: number) => {
    const sum = sums.get(operation) ?? { count: 0, milliseconds: 0 };
    sums.set(operation, {
      count: sum.count + 1,
      milliseconds: sum.milliseconds + milliseconds,
    });
  };
  let stop = () => {};
  try {
    const whole = await timed(make, () => stop = watch(add));
    const shares = [...sums].map(([operation, sum]) => ({ operation, ...sum }));
    return { shares: shares.sort((a, b) => b.milliseconds - a.milliseconds), whole, asGraph };
  } finally {
    stop();
    if (before === undefined) Deno.env.delete("UNIDIFF_GRAPHS");
    else Deno.env.set("UNIDIFF_GRAPHS", before);
  }
}

/** Milliseconds of one run after a warm-up; `start` is called between the two. */
async function timed(make: () => Unit, start = () => {}): Promise<number> {
  const unit = make();
  await unit.run();
  start();
  const begin = performance.now();
  await unit.run();
  const milliseconds = performance.now() - begin;
  unit.dispose();
  return milliseconds;
}

/** Tells of every operation from now on; returns how to end that. */
function watch(add: (operation: string, milliseconds: number) => void): () => void {
  const backend = nativeBackend();
  if (backend) {
    const raw = rawBinding(backend), before = backend.binding;
    const names = Object.getOwnPropertyNames(before) as (keyof typeof before)[];
    const all = Object.fromEntries(names.map((name) => [name, before[name]]));
    const executeOp: typeof raw.executeOp = (operation, ...rest) => {
      const begin = performance.now();
      try {
        return raw.executeOp(operation, ...rest);
      } finally {
        add(operation, performance.now() - begin);
      }
    };
    backend.binding = { ...all, executeOp } as unknown as typeof before;
    return () => void (backend.binding = before);
  }
  const engine = tf.engine() as unknown as {
    runKernel: typeof tf.engine extends () => infer E ? E extends { runKernel: infer R } ? R : never
      : never;
  };
  const own = engine.runKernel;
  engine.runKernel = function (this: unknown, ...call: Parameters<typeof own>) {
    const begin = performance.now();
    try {
      return own.apply(this as never, call);
    } finally {
      add(call[0], performance.now() - begin);
    }
  } as typeof own;
  return () => void (engine.runKernel = own);
}

/** The profile as a table, the heaviest operations first. */
export function profileTable(name: string, { shares, whole, asGraph }: Profile): string {
  const inside = shares.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const count = shares.reduce((sum, share) => sum + share.count, 0);
  const percent = (x: number) => `${(100 * x / whole).toFixed(1)} %`;
  const rows = shares.slice(0, 20).map((s) => [
    s.operation,
    String(s.count),
    s.milliseconds.toFixed(1),
    percent(s.milliseconds),
  ]);
  return [
    `${name}: ${count} operations in ${whole.toFixed(0)} ms one by one, of which ${
      percent(inside)
    } inside them; ${asGraph.toFixed(0)} ms as a graph`,
    "",
    markdown(["operation", "times", "ms", "share"], rows),
  ].join("\n");
}
