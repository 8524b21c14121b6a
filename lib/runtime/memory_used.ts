/** How much memory this process holds and held at most, as the system counts it. */
import { systemText } from "./libc.ts";

/** Bytes in main memory: now, and at most since the process began or {@link resetPeak}. */
export interface MemoryUsed {
  readonly now: number;
  readonly peak: number;
}

/** Reads the counts from /proc; undefined where the system has none (macOS, Windows). */
export function memoryUsed(): MemoryUsed | undefined {
  const status = systemText("/proc/self/status") ?? "";
  const kilobytes = (field: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? NaN);
  const now = kilobytes("VmRSS") * 1024, peak = kilobytes("VmHWM") * 1024;
  return Number.isFinite(now + peak) ? { now, peak } : undefined;
}

/**
 * Lets V8 free what is garbage now, where the process was started for that (tasks/start.ts). By itself it
 * waits until some 0.2 GiB of arrays that nobody holds have come together.
 */
export function collectGarbage(): void {
  (globalThis as { gc?: () => void }).gc?.();
}

/** Lets the peak count anew from now; false where the system does not allow it. */
export function resetPeak(): boolean {
  try {
    Deno.writeTextFileSync("/proc/self/clear_refs", "5");
    return true;
  } catch {
    return false;
  }
}
