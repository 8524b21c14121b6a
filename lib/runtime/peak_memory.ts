/** The most memory that this process has held, as the system counts it. */

/** Begins anew to look for the peak, where the system allows (Linux); else it is that since the start. */
export function forgetPeak(): void {
  try {
    Deno.writeTextFileSync("/proc/self/clear_refs", "5");
  } catch { /* no such file, or not allowed: the peak stays the process's whole one */ }
}

/** Peak of resident memory in bytes; undefined where the system does not tell. */
export function peakMemory(): number | undefined {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(
      Deno.readTextFileSync("/proc/self/status"),
    )!;
    return 1024 * Number(kilobytes);
  } catch {
    return undefined;
  }
}
