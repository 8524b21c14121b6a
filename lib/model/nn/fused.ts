/** Whole formulas as one kernel, where the backend has one. */
import { tf } from "../../runtime/mod.ts";
import { withGradient } from "./gradient.ts";

/** What a kernel is given besides the tensors that a gradient is wanted of. */
interface FusedOptions {
  readonly attributes?: Readonly<Record<string, number>>;
  /** Further inputs, of which there is no gradient; made when the kernel runs. */
  readonly constants?: () => Record<string, tf.Tensor>;
  /** The inputs of the gradient's kernel besides dy; those of the kernel itself unless given. */
  readonly saved?: (results: tf.Tensor[]) => Record<string, tf.Tensor>;
}

/** Whether the backend has the kernel `name` (runtime/tensorflow_kernels.ts). */
export function isFused(name: string): boolean {
  return tf.getKernel(name, tf.getBackend()) !== undefined;
}

/**
 * The first result of kernel `name`, with its gradient by kernel `<name>Grad`, whose results are those of
 * `inputs`, in their order; undefined where the backend has no such kernel.
 */
export function fused(
  name: string,
  inputs: Readonly<Record<string, tf.Tensor>>,
  { attributes = {}, constants = () => ({}), saved }: FusedOptions = {},
): tf.Tensor | undefined {
  if (!isFused(name)) return undefined;
  const run = (name: string, inputs: Record<string, tf.Tensor>) =>
    tf.engine().runKernel(name, inputs, { ...attributes }) as tf.Tensor[];
  let names: string[] = [];
  return withGradient(Object.values(inputs), () => {
    const all = { ...inputs, ...constants() }, results = run(name, all);
    const kept = saved?.(results) ?? all;
    names = Object.keys(kept);
    return { value: results[0] as tf.Tensor, saved: Object.values(kept) };
  }, (dy, kept) => {
    const again = Object.fromEntries(names.map((name, i) => [name, kept[i] as tf.Tensor]));
    return run(`${name}Grad`, { dy, ...again });
  });
}
