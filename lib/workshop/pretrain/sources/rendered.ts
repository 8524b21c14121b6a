import { join } from "@std/path";
import { cacheFolder, rowFile, sha256 } from "../../../data/mod.ts";
import { type Progress, progress, stream } from "../../../runtime/mod.ts";
import type { Pictures, Shows } from "../pictures.ts";
import { onGround } from "./on_ground.ts";

/** A picture to be rendered: its name decides its place and ground. */
export interface ToRender {
  readonly name: string;
  /** A file's path, or an SVG document's bytes. */
  readonly picture: () => string | Uint8Array;
  /** Ways to say what it shows, the plainest first. */
  readonly phrasings: readonly string[];
  readonly shows: Shows;
  /** White, so that it does not show on a light ground. */
  readonly pale?: boolean;
}

/** Raised whenever another place or ground gives other pictures of the same names. */
export const RENDER_VERSION = 2;

/** Renders a source at `size` pixels on light grounds: once, read back from the cache afterwards. */
export async function rendered(
  source: string,
  all: readonly ToRender[],
  size: number,
): Promise<Pictures> {
  const length = size * size * 3, count = all.length;
  const key = sha256(JSON.stringify([RENDER_VERSION, all.map(({ name }) => name)])).slice(0, 12);
  let line: Progress | undefined;
  const file = await rowFile(join(cacheFolder("pictures"), `${source}-${key}-${size}.u8`), {
    count,
    length,
    piece: 64,
    async make(from, to) {
      const bytes = new Uint8Array((to - from) * length);
      const some = all.slice(from, to);
      const pictures = await Promise.all(
        some.map(({ name, picture, pale }) =>
          onGround(picture(), size, stream(1, source, name), pale)
        ),
      );
      pictures.forEach((picture, i) => bytes.set(picture, i * length));
      return bytes;
    },
    onDone: (done) => (line ??= progress(count, `rendering ${source}`)).step(done),
  });
  await line?.done();
  return {
    count,
    size,
    bytes: file.read(Int32Array.from({ length: count }, (_, i) => i)),
    captions: all.map(({ phrasings }) => phrasings[0] as string),
    phrasings: all.map(({ phrasings }) => phrasings),
    shows: all.map(({ shows }) => shows),
  };
}
