/**
 * Mutated files: whatever is done to the bytes of a file, reading it either fails with a message that
 * names the file, or gives exactly what the bytes say by an independent reading of the format.
 */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { type Stream, stream } from "unidiff/runtime/random.ts";
import { readSafetensors } from "unidiff/weights/safetensors.ts";
import { parseIndex } from "unidiff/weights/tensor_files.ts";
import { inFolder } from "../data/folder.ts";
import { independentRead } from "./independent_read.ts";
import { fileOf, rawFile } from "./raw_file.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** A number in 0 … n − 1. */
const below = (draws: Stream, n: number) => Math.floor(draws.uniform() * n);
const pick = <T>(draws: Stream, list: readonly T[]): T => list[below(draws, list.length)] as T;

const noise = (n: number): Bytes =>
  Uint8Array.from(stream(0, "noise", n).uniforms(n), (x) => Math.floor(256 * x));

/** Good files, small enough for ten thousand readings. */
const seeds: Bytes[] = [
  rawFile({
    "a.weight": { dtype: "F32", shape: [2, 3], bytes: noise(24) },
    half: { dtype: "F16", shape: [3], bytes: noise(6) },
    brain: { dtype: "BF16", shape: [1, 2], bytes: noise(4) },
    'ü "quoted"': { dtype: "U8", shape: [5], bytes: noise(5) },
  }, { format: "pt", note: "a\nb" }),
  rawFile({
    ids: {
      dtype: "I64",
      shape: [1, 2],
      bytes: new Uint8Array([1, ...Array(8).fill(0), 7, ...Array(6).fill(0)]),
    },
    none: { dtype: "F32", shape: [0, 4], bytes: new Uint8Array(0) },
    scalar: { dtype: "F64", shape: [], bytes: noise(8) },
    flags: { dtype: "BOOL", shape: [3], bytes: Uint8Array.of(0, 1, 1) },
    i: { dtype: "I32", shape: [1], bytes: noise(4) },
  }),
  rawFile({}),
];

/** Values that have no place in a header, and some that look as if they had. */
const odd = [
  "-1",
  "-0",
  "0.5",
  "1e2",
  "2.0",
  "1e308",
  "1e999",
  "9007199254740993",
  "18446744073709551616",
  "4294967296",
  "NaN",
  "Infinity",
  "null",
  "true",
  '"8"',
  "[]",
  "{}",
  "[[1]]",
  "[2,3,0]",
  "[9007199254740991,9007199254740991,0]",
  "[4294967296,4294967296]",
  "[3037000500,3037000500]",
  '"F8_E4M3"',
  '"f32"',
  '"F16"',
  '"BF16"',
  '"I64"',
  '"toString"',
  '"__proto__"',
  "[0,24]",
  "[24,0]",
  "[0,8,16]",
  "[-8,0]",
  "[0,9007199254740991]",
  '"\\ud800"',
  "\u0000",
];

/** One change of a file's bytes. */
const mutations: ((file: Bytes, draws: Stream) => Bytes)[] = [
  (file, d) => file.slice(0, below(d, file.length + 1)),
  (file, d) => joined(file, noise(1 + below(d, 20))),
  flipped, // anywhere
  (file, d) => joined(flipped(file.slice(0, headerEnd(file)), d), file.slice(headerEnd(file))),
  (file, d) => {
    const length = pick(d, [
      0n,
      1n,
      100n,
      2n ** 31n,
      2n ** 53n,
      2n ** 64n - 1n,
      BigInt(below(d, 500)),
    ]);
    if (file.length >= 8) new DataView(file.buffer).setBigUint64(0, length, true);
    return file;
  },
  (file, d) => joined(file.slice(0, headerEnd(file)), flipped(file.slice(headerEnd(file)), d)),
  // A value of the header for another.
  (file, d) =>
    withHeader(file, (text) => {
      const values = [...text.matchAll(/\d+|"[A-Z]+\d*"|\[[\d,]*\]|\{[^{}]*\}/g)];
      const value = values.length > 0 ? pick(d, values) : undefined;
      if (!value) return pick(d, odd);
      return text.slice(0, value.index) + pick(d, odd) + text.slice(value.index + value[0].length);
    }),
  // A number for one near it: ranges that overlap, leave gaps or leave the file.
  (file, d) =>
    withHeader(file, (text) => {
      const numbers = [...text.matchAll(/(?<![\w"])\d+(?!\w)/g)];
      if (numbers.length === 0) return text;
      const number = pick(d, numbers), other = Number(number[0]) + pick(d, [-8, -4, -1, 1, 4, 8]);
      return text.slice(0, number.index) + other + text.slice(number.index + number[0].length);
    }),
  twice,
  (file, d) => {
    const depth = 10 ** (1 + below(d, 4));
    return withHeader(file, (text) =>
      pick(d, [
        "[".repeat(depth) + "]".repeat(depth),
        `{"x":${"[".repeat(depth)}${"]".repeat(depth)}}`,
        '{"a":'.repeat(depth) + "1" + "}".repeat(depth),
        "[".repeat(depth),
        text.replace("{", `{"__metadata__":${'{"a":'.repeat(depth)}1${"}".repeat(depth)},`),
      ]));
  },
  // Bytes that are no UTF-8, and a byte order mark.
  (file, d) => {
    const at = 8 + below(d, Math.max(1, headerEnd(file) - 8));
    const bytes = pick(d, [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xef, 0xbb, 0xbf], [0], [
      0xc0,
      0x80,
    ]]);
    return reheaded(
      file,
      joined(file.slice(8, at), Uint8Array.from(bytes), file.slice(at, headerEnd(file))),
    );
  },
  (_, d) =>
    fileOf(
      pick(d, [...odd, "", " ", "{", "{}", '{"x":{}}', '{"__metadata__":[]}']),
      noise(below(d, 9)),
    ),
  (_, d) => new Uint8Array(below(d, 40)), // zeros
];

/** An entry, or a key of an entry, twice: never to be read. */
function twice(file: Bytes, d: Stream): Bytes {
  return withHeader(file, (text) => {
    const entries = [...text.matchAll(/"[^"]*":("[^"]*"|\[[^\]]*\]|\{[^{}]*\})/g)];
    const entry = entries.length > 0 ? pick(d, entries)[0] : '"x":0';
    const inner = /^"[^"_]*":\{/.test(entry) && d.uniform() < 0.5;
    const key = inner ? entry.replace(/\{/, '{"dtype":"F16",') : entry;
    return inner ? text.replace(entry, key) : text.replace("{", `{${key},`);
  });
}

function flipped(file: Bytes, d: Stream): Bytes {
  if (file.length === 0) return file;
  const at = below(d, file.length);
  file[at] = (file[at] as number) ^ (1 << below(d, 8));
  return file;
}

function joined(...parts: Uint8Array[]): Bytes {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

/** Where the numbers of a file begin. */
function headerEnd(file: Bytes): number {
  if (file.length < 8) return file.length;
  const length = Number(new DataView(file.buffer).getBigUint64(0, true));
  return Math.min(file.length, 8 + length);
}

/** A file with another header before the same numbers. */
function reheaded(file: Bytes, header: Uint8Array): Bytes {
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(header.length), true);
  return joined(length, header, file.slice(headerEnd(file)));
}

function withHeader(file: Bytes, change: (text: string) => string): Bytes {
  const text = new TextDecoder().decode(file.slice(8, headerEnd(file)));
  return reheaded(file, new TextEncoder().encode(change(text)));
}

/** A complaint of the project: names the file, in a few lines, and is no fault of the program. */
function assertClear(error: unknown, path: string, what: string): void {
  assert.ok(error instanceof Error, what);
  assert.ok(
    error.constructor === Error || error.constructor === RangeError,
    `${what}: ${error.stack}`,
  );
  assert.ok(error.message.includes(path), `${what}: ${error.message}`);
  assert.ok(error.message.length < 600, `${what}: ${error.message.length} characters`);
}

Deno.test("8,000 mutated files fail clearly or read as their bytes say", () =>
  inFolder(async (folder) => {
    const counts = { failed: 0, read: 0 };
    const kinds = new Set<string>();
    for (let i = 0; i < 8000; i++) {
      const draws = stream(1, "mutation", i);
      let file = pick(draws, seeds).slice();
      const kind = i % mutations.length;
      file = mutations[kind]!(file, draws);
      const once = draws.uniform() < 0.8;
      if (!once) file = pick(draws, mutations)(file, draws);
      const path = join(folder, `${i}.safetensors`); // a new one: a truncated file waits for the disk
      await Deno.writeFile(path, file);
      const what = `mutation ${i} of kind ${kind}`;
      let found;
      try {
        found = await readSafetensors(path);
      } catch (error) {
        assertClear(error, path, what);
        counts.failed++;
        kinds.add(
          (error as Error).message.replace(path, "").replace(/".*?"|[\d[\]{},]+/g, "").slice(0, 24),
        );
        continue;
      }
      assert.ok(!once || mutations[kind] !== twice, `${what}: a name was there twice`);
      const expected = independentRead(file);
      assert.deepEqual([...found.keys()].sort(), [...expected.keys()].sort(), what);
      for (const [name, { dtype, shape, data }] of found) {
        const other = expected.get(name)!;
        assert.deepEqual([dtype, shape], [other.dtype, other.shape], `${what}, ${name}`);
        assert.deepEqual([...data], other.values, `${what}, ${name}`);
      }
      counts.read++;
    }
    assert.ok(counts.read > 500 && counts.failed > 4000, JSON.stringify(counts));
    assert.ok(kinds.size > 12, `${kinds.size} kinds of complaint: ${[...kinds].join(" | ")}`);
  }));

Deno.test("2,000 mutated indices of shards fail clearly or say what their JSON says", () => {
  const good = JSON.stringify({
    metadata: { total_size: 96 },
    weight_map: { "a.weight": "m-00001-of-00002.safetensors", b: "m-00002-of-00002.safetensors" },
  });
  const path = "some/model.safetensors.index.json", counts = { failed: 0, read: 0 };
  for (let i = 0; i < 2000; i++) {
    const draws = stream(2, "index", i), at = below(draws, good.length);
    const text = pick(draws, [
      () => good.slice(0, at),
      () => good.slice(0, at) + String.fromCharCode(below(draws, 127)) + good.slice(at + 1),
      () =>
        good.replace(
          /"m-.*?"/,
          pick(draws, [...odd, '"../m.safetensors"', '"/m.safetensors"', '"a/b.safetensors"']),
        ),
      () => good.replace('"b"', pick(draws, ['"a.weight"', '""', '"__proto__"'])),
      () => pick(draws, odd),
    ])();
    let shards;
    try {
      shards = parseIndex(text, path);
    } catch (error) {
      assertClear(error, path, `index ${i}: ${text}`);
      counts.failed++;
      continue;
    }
    const said = Object.entries(
      (JSON.parse(text) as { weight_map: Record<string, string> }).weight_map,
    );
    const found = [...shards].flatMap(([file, names]) => [...names].map((name) => [name, file]));
    assert.deepEqual(found.sort(), said.sort(), text);
    for (const [, file] of said) assert.match(file, /^[^/\\]+\.safetensors$/);
    counts.read++;
  }
  assert.ok(counts.read > 100 && counts.failed > 1000, JSON.stringify(counts));
});
