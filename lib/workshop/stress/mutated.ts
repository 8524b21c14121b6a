/** Bytes of a good file with something wrong in them. */
import type { Stream } from "../../runtime/mod.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Words and numbers that look as if they belonged where text is expected. */
const ODD = [
  ..."-1 0.5 1e999 9007199254740993 4294967295 null true [] {} NaN".split(" "),
  ...'"__proto__" "../../x" "F8_E4M3" [0,9007199254740991] [[1]] \u0000 \ufffd'.split(" "),
  '"',
  "\n",
  "\r\n",
  "../",
  "",
];

/** Something that is done to bytes. */
type Change = (bytes: Bytes, s: Stream) => Bytes;

const joined = (...parts: Uint8Array[]): Bytes => {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
};

/** Two places, the first before the second. */
function piece({ length }: Bytes, s: Stream, most = length): [number, number] {
  const from = s.int(length + 1);
  return [from, Math.min(length, from + s.int(most + 1))];
}

const changes: readonly Change[] = [
  // A bit, and a byte.
  (b, s) => {
    const at = s.int(b.length + 1), changed = b.slice();
    if (at < b.length) changed[at]! ^= 1 << s.int(8);
    return changed;
  },
  (b, s) => {
    const at = s.int(b.length + 1), changed = b.slice();
    if (at < b.length) changed[at] = s.pick([0, 1, 127, 128, 255, s.int(256)]);
    return changed;
  },
  // The end is missing; a piece is; a piece stands there twice; one is of zeros.
  (b, s) => b.slice(0, s.int(b.length + 1)),
  (b, s) => {
    const [from, to] = piece(b, s, 64);
    return joined(b.subarray(0, from), b.subarray(to));
  },
  (b, s) => {
    const [from, to] = piece(b, s, 512);
    return joined(b.subarray(0, to), b.subarray(from));
  },
  (b, s) => {
    const [from, to] = piece(b, s, 64);
    return b.slice().fill(0, from, to);
  },
  // Bytes and words that do not belong there.
  (b, s) => {
    const at = s.int(b.length + 1),
      more = Uint8Array.from({ length: 1 + s.int(32) }, () => s.int(256));
    return joined(b.subarray(0, at), more, b.subarray(at));
  },
  (b, s) => {
    const [from, to] = piece(b, s, 12), odd = new TextEncoder().encode(s.pick(ODD));
    return joined(b.subarray(0, from), odd, b.subarray(to));
  },
  // A digit, as in a header, and four bytes as a number, as in a table of places.
  (b, s) => {
    const digits = [...b.keys()].filter((i) => b[i]! >= 48 && b[i]! <= 57), changed = b.slice();
    if (digits.length > 0) changed[s.pick(digits)] = 48 + s.int(10);
    return changed;
  },
  (b, s) => {
    const changed = b.slice(), at = s.int(Math.max(1, b.length - 4));
    const value = s.pick([0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, s.uint32()]);
    if (b.length >= 4) new DataView(changed.buffer).setUint32(at, value, s.uniform() < 0.5);
    return changed;
  },
];

/** One to three changes of good bytes; a function of the stream. */
export function mutated(good: Uint8Array, s: Stream): Bytes {
  let bytes: Bytes = Uint8Array.from(good);
  for (let i = 1 + s.int(3); i > 0; i--) bytes = s.pick(changes)(bytes, s);
  return bytes;
}
