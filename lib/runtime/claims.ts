/** Who works on what, where processes of several machines share a folder. */
import { join } from "@std/path";
import { claimText, type Owner, ownerIn } from "./claim_file.ts";
import { isAlive, thisProcess } from "./this_process.ts";

/** Something that this process may work on until it releases it. */
export interface Claim {
  /** How many processes before this one held it and ended without a word. */
  readonly deaths: number;
  /** Whether another process took it over, as happens to one that was suspended for minutes. */
  readonly lost: () => boolean;
  release(): void;
}

/** Something that another process holds. */
export interface Held {
  /** Absent where its claim cannot be read just now. */
  readonly owner?: Owner;
  /** Whether it is known to be alive; otherwise it takes some looks, seconds apart, to find out. */
  readonly alive: boolean;
  /** Seconds after which to look again. */
  readonly again: number;
}

/** Looks at a claim of another machine that must find it unchanged before it counts as dead. */
const LOOKS = 4;

/** How often claims are written anew, in seconds; all machines of a study see it in the claim. */
function beatSeconds(): number {
  return Number(Deno.env.get("UNIDIFF_HEARTBEAT")) || 10;
}

/**
 * The claims of a process on things in shared folders, and what it saw of others' claims.
 *
 * A claim is a file `NAME.1`, made by a hard link, which one process alone succeeds with, on NFS too.
 * A thread writes it anew every few seconds. One whose owner died is taken over as `NAME.2`, and so
 * on: the highest number counts, and since no number comes again, two that find an owner dead cannot
 * both succeed it. An owner on this machine is dead when its process is; one on another machine when
 * several looks, as far apart as its beats, find its file unchanged. No two clocks are compared.
 */
export class Claims {
  #thread: Worker | undefined;
  readonly #lost = new Set<string>();
  readonly #seen = new Map<string, { text: string; looks: number; changed: boolean; at: number }>();

  /** Claims `name` in a folder that exists, or tells who holds it. */
  async take(folder: string, name: string): Promise<Claim | Held> {
    const numbers = await numbersOf(folder, name), last = numbers.at(-1) ?? 0;
    if (last > 0) {
      const held = this.#heldAt(pathOf(folder, name, last));
      if (held !== undefined) return held;
    }
    const number = last + 1, path = pathOf(folder, name, number);
    const owner = {
      ...thisProcess(),
      since: new Date().toISOString(),
      every: beatSeconds(),
      token: crypto.randomUUID(),
    };
    const others = { alive: false, again: 0 };
    if (!linkNew(path, owner)) return others;
    const now = await numbersOf(folder, name);
    if (now.some((n) => n > number)) {
      removeIfThere(path);
      return others;
    }
    for (const n of now) if (n < number) removeIfThere(pathOf(folder, name, n));
    this.#keep(path, owner);
    return {
      deaths: number - 1,
      lost: () => this.#lost.has(path),
      release: () => this.#drop(path),
    };
  }

  /** Ends the thread; claims are to be released before. */
  end(): void {
    this.#thread?.terminate();
    this.#thread = undefined;
  }

  [Symbol.dispose](): void {
    this.end();
  }

  /** Who holds the claim at a path, or undefined where its owner is dead. */
  #heldAt(path: string): Held | undefined {
    const text = readOrNothing(path);
    const owner = ownerIn(text), again = owner?.every ?? 1;
    const held = { ...(owner === undefined ? {} : { owner }), again };
    const alive = owner && isAlive(owner);
    if (alive !== undefined) return alive ? { ...held, alive } : undefined;
    const now = performance.now(), before = this.#seen.get(path);
    if (before?.text !== text) {
      const changed = before !== undefined;
      this.#seen.set(path, { text, looks: 1, changed, at: now });
      return { ...held, alive: changed };
    }
    // A look that follows at once tells nothing.
    if (now - before.at >= 1000 * again) {
      Object.assign(before, { looks: before.looks + 1, at: now });
    }
    if (before.looks > LOOKS) return undefined;
    return { ...held, alive: before.changed && before.looks === 1 };
  }

  #keep(path: string, owner: Owner): void {
    this.#thread ??= this.#start();
    this.#thread.postMessage({ path, owner });
  }

  #drop(path: string): void {
    this.#thread?.postMessage(path);
    if (!this.#lost.has(path)) removeIfThere(path);
  }

  #start(): Worker {
    const thread = new Worker(new URL("./heartbeat.ts", import.meta.url), { type: "module" });
    thread.onmessage = ({ data }: MessageEvent<string>) => this.#lost.add(data);
    return thread;
  }
}

/** Waits for some seconds. */
export function pause(seconds: number): Promise<void> {
  return new Promise((go) => setTimeout(go, 1000 * seconds));
}

/** Who holds `name` in a folder by its newest claim, dead or alive; undefined where nobody does. */
export async function ownerOf(folder: string, name: string): Promise<Owner | undefined> {
  const last = (await numbersOf(folder, name)).at(-1);
  return last === undefined ? undefined : ownerIn(readOrNothing(pathOf(folder, name, last)));
}

/** Whether a file of that name in a folder is a claim of `name`. */
export function isClaim(file: string, name: string): boolean {
  return numberIn(file, name) > 0;
}

function pathOf(folder: string, name: string, number: number): string {
  return join(folder, `${name}.${number}`);
}

function numberIn(file: string, name: string): number {
  const end = file.startsWith(`${name}.`) ? file.slice(name.length + 1) : "";
  return /^[1-9]\d*$/.test(end) ? Number(end) : 0;
}

async function numbersOf(folder: string, name: string): Promise<number[]> {
  const numbers: number[] = [];
  for await (const { name: file } of Deno.readDir(folder)) {
    const number = numberIn(file, name);
    if (number > 0) numbers.push(number);
  }
  return numbers.sort((a, b) => a - b);
}

/** Makes a claim's file, whole from the start; false where another process was first. */
function linkNew(path: string, owner: Owner): boolean {
  const own = `${path}.${owner.token}.tmp`;
  try {
    Deno.writeTextFileSync(own, claimText(owner, 0), { createNew: true });
    Deno.linkSync(own, path);
    return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) {
      throw new Error(
        `${path}: cannot be claimed (${(error as Error).message}); expected a folder that may be ` +
          "written to, with room left, on a file system that knows hard links",
        { cause: error },
      );
    }
    // An answer that was lost on its way makes NFS ask twice: the second time it is there, by us.
    return ownerIn(readOrNothing(path))?.token === owner.token;
  } finally {
    removeIfThere(own);
  }
}

function readOrNothing(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
