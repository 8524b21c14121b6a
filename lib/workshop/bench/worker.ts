/**
 * One side of a comparison: a process that does units of work on request.
 *
 * Reads a line of JSON for each request from standard input, `{"unit", "batch", "repeat"}`, and answers
 * with a line: the mean time of a repetition. peer.py understands the same.
 */
import process from "node:process";
import {
  cards,
  describeCard,
  findAdapter,
  memoryUsed,
  nativeBackend,
  startBackend,
  tf,
} from "../../runtime/mod.ts";
import { makeUnit } from "./units.ts";
import type { Unit } from "./unit.ts";

/** What is asked of a side. */
export interface Request {
  readonly unit: string;
  readonly batch: number;
  readonly repeat: number;
  readonly folder: string;
}

/** What a side answers. */
export interface Answer {
  /** Milliseconds of one repetition, by the clock and of the processor. */
  readonly milliseconds: number;
  readonly processor: number;
  /** The most resident memory so far, in bytes. */
  readonly peak: number;
  /** Tensors that the repetitions have left behind; none where a side does not count them. */
  readonly left: number;
  readonly error?: string;
}

const info = await startBackend();
const write = (value: unknown) =>
  Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(value) + "\n"));
const onCard = nativeBackend()?.isUsingGpuDevice === true;
const gpu = onCard || info.name === "webgpu" && !(await findAdapter())?.software;
const where = onCard ? cards().slice(0, 1).map(describeCard).join() : "";
const about = `${info.library.replace(/ \(.*/, "")} (${info.name}${where && ` on ${where}`})`;
write({ ready: true, gpu, about });

let made: { key: string; unit: Unit } | undefined;

async function answer({ unit: name, batch, repeat, folder }: Request): Promise<Answer> {
  const key = `${name} ${batch}`;
  if (made?.key !== key) {
    made?.unit.dispose();
    made = { key, unit: makeUnit(name, { batch, folder }) };
  }
  const { unit } = made, tensors = tf.memory().numTensors;
  const started = performance.now(), before = process.cpuUsage();
  for (let i = 0; i < repeat; i++) await unit.run();
  const milliseconds = (performance.now() - started) / repeat, used = process.cpuUsage(before);
  return {
    milliseconds,
    processor: (used.user + used.system) / 1000 / repeat,
    peak: memoryUsed()?.peak ?? 0,
    left: tf.memory().numTensors - tensors,
  };
}

let text = "";
for await (const part of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  text += part;
  const lines = text.split("\n");
  text = lines.pop() ?? "";
  for (const line of lines) {
    try {
      write(await answer(JSON.parse(line) as Request));
    } catch (error) {
      write({ error: error instanceof Error ? error.stack ?? error.message : String(error) });
    }
  }
}
Deno.exit(0);
