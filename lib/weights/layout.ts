/**
 * The one table of transposes between the published (PyTorch) layout and TensorFlow's.
 *
 * | tensor                          | published        | TensorFlow       |
 * |---------------------------------|------------------|------------------|
 * | convolution, rank 4 `.weight`   | [out, in, h, w]  | [h, w, in, out]  |
 * | linear, rank 2 `.weight`        | [out, in]        | [in, out]        |
 * | token and position embeddings   | [entries, width] | the same         |
 * | everything else (biases, norms) |                  | the same         |
 * | pictures and feature maps       | [n, c, h, w]     | [n, h, w, c]     |
 *
 * It covers the names of CLIP, the SD UNet and the KL autoencoder.
 */

/** Numbers a tensor may hold; the result of a conversion has the same kind. */
type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array;

/** A tensor's shape and row-major numbers. */
export interface Laid<T extends Numbers> {
  shape: number[];
  data: T;
}

/** How a tensor's axes change: not at all, or all of them reversed in the sense of the table. */
type Kind = "same" | "linear" | "convolution";

/** Lookup tables keep [entries, width]: a row is looked up, nothing is multiplied. */
const LOOKUP = /(^|\.)(token|position)_embedding\.weight$/;

/** The row of the table that a tensor belongs to, by its published name and rank. */
export function layoutOf(name: string, rank: number): Kind {
  if (!/(^|\.)weight$/.test(name) || LOOKUP.test(name)) return "same";
  if (rank <= 1) return "same";
  if (rank === 2) return "linear";
  if (rank === 4) return "convolution";
  throw new Error(`tensor "${name}" has rank ${rank}, expected 0, 1, 2 or 4: no layout is known`);
}

/**
 * Turns a tensor of a published file into TensorFlow layout.
 *
 * Where nothing changes `data` itself is returned. Throws on rank 3 or above 4.
 */
export function fromPublished<T extends Numbers>(
  name: string,
  shape: readonly number[],
  data: T,
): Laid<T> {
  if (layoutOf(name, shape.length) === "same") return { shape: [...shape], data };
  const turned = innerShape(name, shape);
  const result = emptyLike(data, shape.reduce((a, b) => a * b));
  placePublished(name, shape, { at: 0, data }, result);
  return { shape: turned, data: result };
}

/** The shape in TensorFlow layout of a tensor of a published file. */
export function innerShape(name: string, shape: readonly number[]): number[] {
  const kind = layoutOf(name, shape.length);
  if (kind === "same") return [...shape];
  const [outputs = 1, inputs = 1, height = 1, width = 1] = shape;
  return kind === "linear" ? [inputs, outputs] : [height, width, inputs, outputs];
}

/**
 * Puts a piece of a published tensor, whose first number is number `at` of it, where its numbers
 * belong in `inner`, the whole tensor in TensorFlow layout.
 */
export function placePublished<T extends Numbers>(
  name: string,
  shape: readonly number[],
  { at, data }: { readonly at: number; readonly data: T },
  inner: T,
): void {
  if (layoutOf(name, shape.length) === "same") return inner.set(data as never, at);
  const [outputs = 1, inputs = 1, height = 1, width = 1] = shape;
  const places = height * width, row = inputs * places;
  for (let n = 0; n < row; n++) {
    // Neighbouring n read the same cache lines, neighbouring o write the same ones.
    const i = places === 1 ? n : Math.floor(n / places), start = (n - i * places) * inputs + i;
    const last = Math.ceil((at + data.length - n) / row);
    for (let o = Math.max(0, Math.ceil((at - n) / row)); o < last; o++) {
      inner[start * outputs + o] = data[o * row + n - at] as number;
    }
  }
}

/** Turns a tensor in TensorFlow layout into that of published files; see {@link fromPublished}. */
export function toPublished<T extends Numbers>(
  name: string,
  shape: readonly number[],
  data: T,
): Laid<T> {
  const kind = layoutOf(name, shape.length), outer = publishedShape(name, shape);
  if (kind === "same") return { shape: outer, data };
  const [outputs = 1, inputs = 1, height = 1, width = 1] = outer;
  return { shape: outer, data: reverseAxes(data, height * width, inputs, outputs) };
}

/** The shape in published files of a tensor in TensorFlow layout. */
export function publishedShape(name: string, shape: readonly number[]): number[] {
  const kind = layoutOf(name, shape.length);
  if (kind === "same") return [...shape];
  if (kind === "linear") return [...shape].reverse();
  const [height = 1, width = 1, inputs = 1, outputs = 1] = shape;
  return [outputs, inputs, height, width];
}

/** Pictures [n, c, h, w] → [n, h, w, c]; `shape` is the published one. */
export function nchwToNhwc<T extends Numbers>(data: T, shape: readonly number[]): Laid<T> {
  const [n, c, h, w] = fourAxes(shape);
  return { shape: [n, h, w, c], data: swapInner(data, n, c, h * w) };
}

/** Pictures [n, h, w, c] → [n, c, h, w]; `shape` is TensorFlow's. */
export function nhwcToNchw<T extends Numbers>(data: T, shape: readonly number[]): Laid<T> {
  const [n, h, w, c] = fourAxes(shape);
  return { shape: [n, c, h, w], data: swapInner(data, n, h * w, c) };
}

/** [a, b, c] → [c, b, a]. */
function reverseAxes<T extends Numbers>(data: T, a: number, b: number, c: number): T {
  const result = emptyLike(data, a * b * c);
  let at = 0;
  for (let i = 0; i < a; i++) {
    for (let j = 0; j < b; j++) {
      for (let k = 0; k < c; k++) result[(k * b + j) * a + i] = data[at++] as number;
    }
  }
  return result;
}

/** [n, a, b] → [n, b, a]. */
function swapInner<T extends Numbers>(data: T, n: number, a: number, b: number): T {
  const result = emptyLike(data, n * a * b);
  let at = 0;
  for (let i = 0; i < n; i++) {
    const start = i * a * b;
    for (let j = 0; j < a; j++) {
      for (let k = 0; k < b; k++) result[start + k * a + j] = data[at++] as number;
    }
  }
  return result;
}

/** An array of the same kind and length, after checking that length against the shape. */
function emptyLike<T extends Numbers>(data: T, size: number): T {
  if (data.length !== size) {
    throw new Error(`${data.length} numbers, expected ${size} by the shape`);
  }
  return new (data.constructor as new (length: number) => T)(size);
}

function fourAxes(shape: readonly number[]): [number, number, number, number] {
  if (shape.length !== 4) throw new Error(`shape [${shape}], expected four axes`);
  return shape as unknown as [number, number, number, number];
}
