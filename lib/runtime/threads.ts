/** How TensorFlow's threads are divided on a processor, and what a graph gains from that. */
import { nativeBackend } from "./native.ts";
import { isRecordingGraph } from "./recorder.ts";

/** What a processor is to be used for. */
export interface ProcessorUse {
  /** Operations that run side by side: two of a small model's unless said, one of a large one's. */
  readonly operations?: number;
  /** Memory before speed. */
  readonly frugal?: boolean;
}

/**
 * The settings by which TensorFlow uses `count` threads: so many operations side by side, each by its share
 * of them.
 *
 * Most operations of a small model are too small to be divided among threads: handing them over takes as
 * long as they do. Those of a large one are not, and two of them need more memory than one. TensorFlow
 * reads these once, when its library loads.
 */
export function threadSettings(count: number, operations = 2): Record<string, string> {
  const most = Math.max(1, Math.min(count, operations));
  return {
    TF_NUM_INTEROP_THREADS: String(most),
    TF_NUM_INTRAOP_THREADS: String(Math.max(1, Math.floor(count / most))),
  };
}

/** Operations that TensorFlow has been told to run side by side. */
const together = () => Number(Deno.env.get("TF_NUM_INTEROP_THREADS")) || 1;

/** The threads that TensorFlow has been given, all together; `cores` where nothing is said. */
export function threadCount(cores: number): number {
  return together() * (Number(Deno.env.get("TF_NUM_INTRAOP_THREADS")) || cores);
}

/**
 * How many parts of a batch are worth computing side by side just now: as many as operations run at a
 * time in the graph that is being recorded for a processor, else one.
 */
export function sideBySide(): number {
  if (!isRecordingGraph() || nativeBackend()?.isUsingGpuDevice === true) return 1;
  return together();
}
