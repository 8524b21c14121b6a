/** The latents of a set's pictures, encoded once, then read by position from a file. */
import { join } from "@std/path";
import {
  cacheFolder,
  type DataSet,
  flipPixels,
  type PixelFile,
  rowFile,
  sha256,
} from "../data/mod.ts";
import { encodeLatents, latentShape, type Model } from "../model/mod.ts";
import { tf } from "../runtime/mod.ts";

/**
 * Scaled latents [n, h, w, c] of the chosen pictures, by their position in the set's records; of the
 * mirrored picture where `mirrored` says so.
 */
export type LatentFile = (
  indices: ArrayLike<number>,
  mirrored: readonly boolean[],
) => Float32Array;

/** Pictures that are encoded at a time. */
const PIECE = 64;

/**
 * Encodes every picture of a set and its mirror image with the model's frozen autoencoder.
 *
 * One file for each content of the set, starting point (see StudyContext), model and backend, made
 * with flat memory, atomically; a killed job goes on where it was, in the same numbers.
 */
export async function openLatents(
  model: Model,
  start: string,
  set: Pick<DataSet, "fingerprint">,
  pixels: PixelFile,
  onDone: (count: number) => void = () => {},
  cache = cacheFolder("latents"),
): Promise<LatentFile> {
  const { vae, imageSize } = model.config;
  const key = sha256(
    JSON.stringify([set.fingerprint, pixels.size, start, vae, imageSize, tf.getBackend()]),
  );
  const values = latentShape(model.config).reduce((a, b) => a * b);
  const file = await rowFile(join(cache, `v1-${key.slice(0, 24)}.f32`), {
    count: pixels.count,
    length: 2 * 4 * values, // the plain one, then the mirrored one
    piece: PIECE,
    make: async (from, to) => {
      const some = pixels.pixels(Int32Array.from({ length: to - from }, (_, i) => from + i));
      const plain = await encodeLatents(model, some);
      const mirrored = await encodeLatents(model, flipPixels(some, imageSize));
      const both = new Float32Array(2 * plain.length);
      for (let i = 0; i < to - from; i++) {
        const row = (all: Float32Array) => all.subarray(i * values, (i + 1) * values);
        both.set(row(plain), 2 * i * values);
        both.set(row(mirrored), (2 * i + 1) * values);
      }
      return new Uint8Array(both.buffer);
    },
    onDone,
  });
  const halves = file.split(2);
  return (indices, mirrored) =>
    new Float32Array(
      halves.read(Int32Array.from(indices, (at, i) => 2 * at + (mirrored[i] ? 1 : 0))).buffer,
    );
}
