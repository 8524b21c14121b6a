/** What stands in the file of a claim. */

/** The process that holds a claim. */
export interface Owner {
  readonly host: string;
  readonly pid: number;
  /** When it was claimed, by the owner's clock: for people alone. */
  readonly since: string;
  /** Processes of one machine see each other; absent where the system does not tell. */
  readonly machine?: string;
  /** When the process started, in ticks of the machine: numbers of processes come again. */
  readonly started?: string;
  /** Seconds between two beats. */
  readonly every: number;
  readonly token: string;
}

/** Digits of the number of beats: a file keeps its length, so that a reader finds no half of it. */
const DIGITS = 10;

/** The content of a claim after so many beats. */
export function claimText(owner: Owner, beat: number): string {
  return `${JSON.stringify(owner)} ${String(beat).padStart(DIGITS, "0")}\n`;
}

/** The owner that a claim names, or undefined where it is not whole. */
export function ownerIn(text: string): Owner | undefined {
  try {
    return JSON.parse(text.slice(0, text.lastIndexOf(" "))) as Owner;
  } catch {
    return undefined;
  }
}

/** "node1, process 123, since 27 November, 10:12" in words that need no legend. */
export function describeOwner({ host, pid, since }: Owner): string {
  return `process ${pid} on ${host}, since ${since}`;
}
