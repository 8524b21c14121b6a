/** Frozen networks that turn pictures into features, for distances between sets of pictures. */
import { join } from "@std/path";
import { exists, tf, writeAtomic } from "../runtime/mod.ts";
import { cacheFolder, sha256 } from "../data/mod.ts";

/** A frozen network; the same for every row that is compared. */
export interface Extractor {
  /** What it is, in a few words, e.g. "nsfwjs 4.3.0 mobilenet_v2_mid, expanded_conv_15/add". */
  readonly name: string;
  /** Hexadecimal SHA-256, cut to 16 digits, of the network's files and of how they are used. */
  readonly hash: string;
  /** Width of a feature. */
  readonly dim: number;
  /** Features [n, dim], row-major, of pixels [n, size, size, 3] in [−1, 1]. */
  features(
    pixels: Float32Array,
    size: number,
    onDone?: (pictures: number) => void | Promise<void>,
  ): Promise<Float32Array>;
  dispose(): void;
}

/** How pictures go into a graph model and where features come out. */
export interface GraphUse {
  readonly name: string;
  /** Full name of the node that gives [n, h, w, dim] or [n, dim]. */
  readonly node: string;
  /** Side in pixels of the network's input. */
  readonly inputSize: number;
  /** Values that black and white have in the network's input. */
  readonly range: readonly [number, number];
}

/** Pictures that go through a network at once. */
const PIECE = 16;

/**
 * An extractor from a TensorFlow.js graph model: pictures are resized bilinearly to its input, the
 * node's output is averaged over places. `files` are the bytes that its hash is taken of.
 *
 * Throws where the model has no such node, naming the last nodes there are.
 */
export async function graphExtractor(
  artifacts: tf.io.ModelArtifacts,
  use: GraphUse,
  files: readonly Uint8Array[],
): Promise<Extractor> {
  const model = await tf.loadGraphModel(tf.io.fromMemory(artifacts));
  const graph = artifacts.modelTopology as { node?: { name: string }[] } | undefined;
  const nodes = (graph?.node ?? []).map(({ name }) => name);
  if (!nodes.includes(use.node)) {
    model.dispose();
    throw new Error(
      `${use.name}: no node "${use.node}" among its ${nodes.length}; the last are ` +
        `${nodes.slice(-5).join(", ")}`,
    );
  }
  const extract = (pixels: tf.Tensor4D) =>
    tf.tidy(() => {
      const [low, high] = use.range, side = use.inputSize;
      const resized = tf.image.resizeBilinear(pixels, [side, side], false, true);
      const input = tf.add(tf.mul(resized, (high - low) / 2), (high + low) / 2);
      const found = model.execute(input, use.node) as tf.Tensor;
      return found.rank === 4 ? tf.mean(found, [1, 2]) as tf.Tensor2D : found as tf.Tensor2D;
    });
  const shape = tried(() => tf.tidy(() => extract(tf.zeros([1, 8, 8, 3])).shape));
  if (typeof shape === "string" || shape.length !== 2) {
    model.dispose();
    throw new Error(
      `${use.name}: pictures of ${use.inputSize} pixels give node "${use.node}" ` +
        (typeof shape === "string" ? `an error: ${shape}` : `the shape [${shape}]`) +
        "; expected [n, h, w, c] or [n, c]. Name another node or input size",
    );
  }
  const { node, inputSize, range } = use, [, dim] = shape;
  const used = JSON.stringify({ node, inputSize, range });
  return {
    name: use.name,
    hash: sha256([...files.map(sha256), used].join("\n")).slice(0, 16),
    dim,
    async features(pixels, size, onDone) {
      const length = size * size * 3, n = pixels.length / length;
      if (!Number.isInteger(n)) {
        throw new Error(`${pixels.length} numbers, expected a multiple of ${size}·${size}·3`);
      }
      const out = new Float32Array(n * dim);
      for (let at = 0; at < n; at += PIECE) {
        const count = Math.min(PIECE, n - at);
        const part = pixels.subarray(at * length, (at + count) * length);
        const found = tf.tidy(() => extract(tf.tensor4d(part, [count, size, size, 3])));
        out.set(await found.data<"float32">(), at * dim);
        found.dispose();
        await onDone?.(at + count);
      }
      return out;
    },
    dispose: () => model.dispose(),
  };
}

/** What a function gives, or the message of its error. */
function tried<T>(f: () => T): T | string {
  try {
    return f();
  } catch (error) {
    return (error as Error).message;
  }
}

/**
 * The same extractor with a cache on disk, keyed by the pixels, the network and the backend: real
 * pictures go through once.
 */
export function cached(extractor: Extractor, folder = cacheFolder("features")): Extractor {
  return {
    ...extractor,
    async features(pixels, size, onDone) {
      const bytes = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
      const key = sha256(`${sha256(bytes)} ${size} ${extractor.hash} ${tf.getBackend()}`);
      const path = join(folder, `${key.slice(0, 32)}.f32`);
      const length = pixels.length / (size * size * 3) * extractor.dim;
      if (await exists(path)) {
        const stored = await Deno.readFile(path);
        if (stored.length === 4 * length) return new Float32Array(stored.buffer);
      }
      const found = await extractor.features(pixels, size, onDone);
      await writeAtomic(path, new Uint8Array(found.buffer, found.byteOffset, found.byteLength));
      return found;
    },
  };
}
