/** How TensorFlow's threads are divided on a processor, and what a graph gains from that. */
import { nativeBackend } from "./native.ts";
import { isRecordingGraph } from "./recorder.ts";

/**
 * The settings by which TensorFlow uses `count` threads: two operations side by side, each by half of them.
 *
 * Most operations of a small model are too small to be divided among threads: handing them over takes as
 * long as they do. TensorFlow reads these once, when its library loads.
 */
export function threadSettings(count: number): Record<string, string> {
  return {
    TF_NUM_INTEROP_THREADS: count > 1 ? "2" : "1",
    TF_NUM_INTRAOP_THREADS: String(Math.max(1, Math.floor(count / 2))),
  };
}

/** The threads that TensorFlow has been given, all together; `cores` where nothing is said. */
export function threadCount(cores: number): number {
  const set = (name: string, otherwise: number) => Number(Deno.env.get(name)) || otherwise;
  return set("TF_NUM_INTEROP_THREADS", 1) * set("TF_NUM_INTRAOP_THREADS", cores);
}

/**
 * How many parts of a batch are worth computing side by side just now: as many as operations run at a
 * time in the graph that is being recorded for a processor, else one.
 */
export function sideBySide(): number {
  if (!isRecordingGraph() || nativeBackend()?.isUsingGpuDevice === true) return 1;
  return Number(Deno.env.get("TF_NUM_INTEROP_THREADS")) || 1;
}
