/**
 * A backend that computes nothing: it follows shapes and counts the bytes that tensors would take.
 *
 * The networks, losses and optimisers themselves run on it, so that what it counts cannot differ from
 * what they do. What a library needs besides for single operations is not counted.
 */
import { tf } from "../tf.ts";

export const SHAPES = "shapes";

interface Held {
  readonly bytes: number;
  readonly shape: readonly number[];
  readonly dtype: tf.DataType;
  references: number;
}

/** The bytes that tensors hold now and held at most since {@link ShapesBackend.resetPeak}. */
export class ShapesBackend extends tf.KernelBackend {
  now = 0;
  peak = 0;
  readonly #held = new Map<object, Held>();

  resetPeak(): void {
    this.peak = this.now;
  }

  /** A new tensor of a shape. */
  hold(shape: readonly number[], dtype: tf.DataType): tf.TensorInfo {
    const dataId = {};
    const bytes = shape.reduce((a, b) => a * b, 1) * (dtype === "bool" ? 1 : 4);
    this.#held.set(dataId, { bytes, shape, dtype, references: 1 });
    this.now += bytes;
    this.peak = Math.max(this.peak, this.now);
    return { dataId, shape: [...shape], dtype };
  }

  /** The same numbers in another shape, which take no room of their own. */
  share(x: tf.TensorInfo, shape: readonly number[]): tf.TensorInfo {
    this.incRef(x.dataId);
    return { dataId: x.dataId, shape: [...shape], dtype: x.dtype };
  }

  override write(_values: unknown, shape: number[], dtype: tf.DataType): tf.DataId {
    return this.hold(shape, dtype).dataId;
  }

  /** Every number is read as zero. */
  override readSync(dataId: object): Float32Array {
    return new Float32Array((this.#held.get(dataId) as Held).shape.reduce((a, b) => a * b, 1));
  }

  override read(dataId: object): Promise<Float32Array> {
    return Promise.resolve(this.readSync(dataId));
  }

  override disposeData(dataId: object, force = false): boolean {
    const held = this.#held.get(dataId);
    if (!held) return true;
    held.references--;
    if (!force && held.references > 0) return false;
    this.now -= held.bytes;
    return this.#held.delete(dataId);
  }

  override incRef(dataId: object): void {
    (this.#held.get(dataId) as Held).references++;
  }

  override refCount(dataId: object): number {
    return this.#held.get(dataId)?.references ?? 0;
  }

  override numDataIds(): number {
    return this.#held.size;
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override dispose(): void {
    this.#held.clear();
  }
}
