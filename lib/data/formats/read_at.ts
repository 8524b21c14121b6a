/** `length` bytes of an open file from `offset` on; throws where it ends before. */
export function readAt(
  file: Deno.FsFile,
  offset: number,
  length: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  file.seekSync(offset, Deno.SeekMode.Start);
  for (let done = 0; done < length;) {
    const got = file.readSync(bytes.subarray(done));
    if (got === null) throw new Error(`expected ${length} bytes at ${offset}, found ${done}`);
    done += got;
  }
  return bytes;
}

/** Part of the file at a path. */
export function readPart(path: string, offset: number, length: number): Uint8Array<ArrayBuffer> {
  using file = Deno.openSync(path);
  return readAt(file, offset, length);
}
