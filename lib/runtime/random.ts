/**
 * Named random streams: every draw belongs to a stream named by its purpose, so that two runs that
 * differ in their loss alone see the same batches, noise and time steps.
 *
 * A stream is a function of its name only. The draws of step k come from `stream(seed, "noise", k)`;
 * nothing has to be saved to resume a run, and no draw depends on how many came before elsewhere.
 */

/** A source of pseudo-random numbers; the same name gives the same numbers on every machine. */
export class Stream {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  #spare: number | undefined;

  /** Starts a stream from three 32-bit words (see {@link stream}). */
  constructor(a: number, b: number, c: number) {
    [this.#a, this.#b, this.#c] = [a, b, c];
    for (let i = 0; i < 12; i++) this.uint32();
  }

  /** One integer in [0, 2³²): sfc32 of Doty-Humphrey's PractRand. */
  uint32(): number {
    const t = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + t) | 0;
    return t >>> 0;
  }

  /** One number in [0, 1) with 53 random bits. */
  uniform(): number {
    return ((this.uint32() >>> 5) * 67108864 + (this.uint32() >>> 6)) / 9007199254740992;
  }

  /** One standard normal number (Marsaglia's polar method). */
  normal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return spare;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1, y = 2 * this.uniform() - 1, r = x * x + y * y;
      if (r === 0 || r >= 1) continue;
      const f = Math.sqrt(-2 * Math.log(r) / r);
      this.#spare = y * f;
      return x * f;
    }
  }

  /** One integer in [0, n). */
  int(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** One element of a non-empty array. */
  pick<T>(values: readonly T[]): T {
    if (values.length === 0) {
      throw new Error("Stream.pick: expected at least one value, found none");
    }
    return values[this.int(values.length)] as T;
  }

  /** `n` standard normal numbers. */
  normals(n: number): Float32Array {
    return filled(n, () => this.normal());
  }

  /** `n` numbers in [0, 1). */
  uniforms(n: number): Float32Array {
    return filled(n, () => this.uniform());
  }

  /** The numbers 0 … n−1 in random order (Fisher–Yates). */
  permutation(n: number): Int32Array {
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.int(i + 1), kept = order[i] as number;
      order[i] = order[j] as number;
      order[j] = kept;
    }
    return order;
  }
}

/** `n` draws in an array; a plain loop, because Float32Array.from takes ten times as long. */
function filled(n: number, draw: () => number): Float32Array {
  const out = new Float32Array(n);
  for (let i = 0; i < n; i++) out[i] = draw();
  return out;
}

/**
 * The stream that belongs to a seed and a name, e.g. `stream(0, "noise", step)`.
 *
 * Seeds are integers; 0 is as good as any other.
 */
export function stream(seed: number, ...name: (string | number)[]): Stream {
  if (!Number.isInteger(seed)) throw new Error(`stream: expected an integer seed, found ${seed}`);
  const text = [seed, ...name].join("\u001f");
  return new Stream(hash(text, 0x9e3779b9), hash(text, 0x85ebca6b), hash(text, 0xc2b2ae35));
}

/** 32-bit hash of a string: FNV-1a with MurmurHash3's finaliser. */
function hash(text: string, basis: number): number {
  let h = basis;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}
