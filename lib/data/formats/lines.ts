/** The lines of a stream of UTF-8, one by one, without their ends and a mark at the start. */
export async function* linesOf(bytes: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  // A decoder stream drops the byte order mark by itself.
  const text = bytes.pipeThrough(new TextDecoderStream() as unknown as Decoding);
  let rest = "";
  for await (const piece of text) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop() as string;
    for (const line of lines) yield line.endsWith("\r") ? line.slice(0, -1) : line;
  }
  if (rest !== "") yield rest;
}

/** What the compiler knows of a decoder stream depends on its version. */
type Decoding = ReadableWritablePair<string, Uint8Array>;
