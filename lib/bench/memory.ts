/** Resident memory of this process in bytes, now and at its most; 0 where the system does not tell. */
export function processMemory(): { now: number; peak: number } {
  try {
    const status = Deno.readTextFileSync("/proc/self/status");
    const kilobytes = (key: string) =>
      Number(new RegExp(`${key}:\\s*(\\d+)`).exec(status)?.[1] ?? 0);
    return { now: kilobytes("VmRSS") * 1024, peak: kilobytes("VmHWM") * 1024 };
  } catch {
    return { now: Deno.memoryUsage().rss, peak: 0 };
  }
}
