/** Whole formulas as one kernel, where the backend has one. */
import { tf } from "../../runtime/mod.ts";
import { withGradient } from "./gradient.ts";

type Kernel = (inputs: Record<string, tf.Tensor>) => tf.Tensor[];

/**
 * The first result of kernel `name`, with its gradient by kernel `<name>Grad`, or undefined where the
 * backend has none (runtime/tensorflow_kernels.ts).
 *
 * `saved` chooses the tensors, by the names of the gradient's inputs, of the inputs and the results. The
 * gradient's results are those of `inputs`, in their order.
 */
export function fused(
  name: string,
  inputs: Readonly<Record<string, tf.Tensor>>,
  attributes: Readonly<Record<string, number>> = {},
  saved: (results: tf.Tensor[]) => Record<string, tf.Tensor> = () => inputs,
): tf.Tensor | undefined {
  if (tf.getKernel(name, tf.getBackend()) === undefined) return undefined;
  const kernel = (name: string): Kernel => (inputs) =>
    tf.engine().runKernel(name, inputs, { ...attributes }) as tf.Tensor[];
  let names: string[] = [];
  return withGradient(Object.values(inputs), () => {
    const results = kernel(name)(inputs), kept = saved(results);
    names = Object.keys(kept);
    return { value: results[0] as tf.Tensor, saved: Object.values(kept) };
  }, (dy, kept) => {
    const again = Object.fromEntries(names.map((name, i) => [name, kept[i] as tf.Tensor]));
    return kernel(`${name}Grad`)({ dy, ...again });
  });
}
