import { decodeText, NotText } from "../text.ts";

/** The lines of a stream of text, one by one, without their ends and a mark at the start; a line that is no text is its fault. */
export async function* linesOf(
  bytes: ReadableStream<Uint8Array>,
): AsyncGenerator<string | NotText> {
  let at = 0, first = true;
  for await (const line of rawLines(bytes)) {
    const begin = at;
    at += line.length + 1;
    let decoded: string | NotText;
    try {
      decoded = decodeText(line, begin);
    } catch (error) {
      if (!(error instanceof NotText)) throw error;
      decoded = error;
    }
    if (typeof decoded === "string") {
      if (first) decoded = decoded.replace(/^\uFEFF/, "");
      if (decoded.endsWith("\r")) decoded = decoded.slice(0, -1);
    }
    first = false;
    yield decoded;
  }
}

/** The bytes between line ends; of UTF-16, which a mark tells, in UTF-8. */
async function* rawLines(bytes: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array(0), first = true, convert: TextDecoder | undefined;
  const encoder = new TextEncoder();
  for await (const piece of bytes) {
    let part: Uint8Array = piece;
    if (first && part.length > 1) {
      if (part[0] === 0xff && part[1] === 0xfe) {
        convert = new TextDecoder("utf-16le", { fatal: true });
      }
      if (part[0] === 0xfe && part[1] === 0xff) {
        convert = new TextDecoder("utf-16be", { fatal: true });
      }
    }
    first = false;
    if (convert) part = encoder.encode(convert.decode(part, { stream: true }));
    let from = 0;
    for (let end; (end = part.indexOf(10, from)) >= 0; from = end + 1) {
      yield joined(rest, part.subarray(from, end));
      rest = new Uint8Array(0);
    }
    rest = joined(rest, part.subarray(from));
  }
  if (rest.length > 0) yield rest;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
