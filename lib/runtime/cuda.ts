/** The NVIDIA cards of this machine, as the driver tells of them. */
import { systemText } from "./libc.ts";
import { nativeBackend } from "./native.ts";

/** A card. Memory in bytes, absent where the driver does not tell it. */
export interface Card {
  readonly name: string;
  readonly memory?: number;
  readonly used?: number;
  readonly driver: string;
  /** The compute capability, 9.0 for an H100. */
  readonly capability: number;
}

const FIELDS = ["name", "memory.total", "memory.used", "driver_version", "compute_cap"];

/** The cards in what nvidia-smi prints for {@link FIELDS}; lines that say something else are passed over. */
export function parseCards(text: string): Card[] {
  return text.split("\n").flatMap((line) => {
    const [name, total, used, driver, capability] = line.split(",").map((cell) => cell.trim());
    if (!name || !driver || !capability) return [];
    const bytes = (mebibytes?: string) => Number(mebibytes) * 2 ** 20; // "[N/A]" is no number
    return [{
      name,
      ...(bytes(total) > 0 ? { memory: bytes(total) } : {}),
      ...(bytes(used) >= 0 ? { used: bytes(used) } : {}),
      driver,
      capability: Number(capability),
    }];
  });
}

/** The driver's version in /proc/driver/nvidia/version; undefined where it says none. */
export function parseDriver(text: string): string | undefined {
  return /Kernel Module(?: for \S+)?\s+(\d[\d.]*)/.exec(text)?.[1];
}

/** Whether products are rounded to TF32's ten bits: cards since capability 8 do so unless it is forbidden. */
export function roundsToTf32({ capability }: Card, override: string | undefined): boolean {
  return capability >= 8 && override !== "0";
}

/** The cards here; none without a driver. */
export function cards(): Card[] {
  return parseCards(asked(`--query-gpu=${FIELDS}`) ?? "");
}

/** What nvidia-smi answers; undefined where it is not there or fails. */
function asked(question: string): string | undefined {
  try {
    const { success, stdout } = new Deno.Command("nvidia-smi", {
      args: [question, "--format=csv,noheader,nounits"],
    }).outputSync();
    return success ? new TextDecoder().decode(stdout) : undefined;
  } catch {
    return undefined;
  }
}

/** Bytes that a process holds, in nvidia-smi's lines of process and mebibytes; undefined where it is in none. */
export function parseHeld(text: string, pid: number): number | undefined {
  const lines = text.split("\n").map((line) => line.split(",").map(Number));
  const held = lines.filter(([id]) => id === pid).map(([, mebibytes = NaN]) => mebibytes * 2 ** 20);
  const sum = held.reduce((a, b) => a + b, 0);
  return sum > 0 ? sum : undefined;
}

/**
 * Bytes that this process holds on cards, as the driver counts them; all that is used on the first
 * where the driver does not know the process by its number, as in a container. Undefined where
 * TensorFlow does not compute on a card.
 */
export function gpuMemoryUsed(): number | undefined {
  if (nativeBackend()?.isUsingGpuDevice !== true) return undefined;
  const text = asked("--query-compute-apps=pid,used_memory") ?? "";
  return parseHeld(text, Deno.pid) ?? cardMemoryUsed();
}

/** The driver's version, of cards or of the system; undefined without one. */
export function driverVersion(found: readonly Card[]): string | undefined {
  return found[0]?.driver ?? parseDriver(systemText("/proc/driver/nvidia/version") ?? "");
}

/** "NVIDIA H200, 140 GiB, TF32" */
export function describeCard(card: Card): string {
  const { name, memory } = card;
  const size = memory === undefined ? "" : `, ${(memory / 2 ** 30).toFixed(0)} GiB`;
  const tf32 = roundsToTf32(card, Deno.env.get("NVIDIA_TF32_OVERRIDE")) ? "TF32" : "no TF32";
  return `${name}${size}, ${tf32}`;
}

/** Bytes in use on the first card, by all programs; undefined without a card. */
export function cardMemoryUsed(): number | undefined {
  return cards()[0]?.used;
}
