import { MATRIX_PRODUCT } from "../nn/matmul.ts";
import { tf } from "./tf.ts";

/** What tfjs-node's backend offers beyond the public interface: any operation of the library by name. */
interface NodeBackend {
  readonly binding: {
    readonly TF_ATTR_BOOL: number;
    readonly TF_ATTR_TYPE: number;
    readonly TF_FLOAT: number;
  };
  executeSingleOutput(
    operation: string,
    attributes: { name: string; type: number; value: unknown }[],
    inputs: tf.TensorInfo[],
  ): tf.TensorInfo;
}

/** Registers operations of TensorFlow's library that tfjs does not wrap. */
export function registerTensorflowKernels(): void {
  if (tf.getKernel(MATRIX_PRODUCT, "tensorflow") !== undefined) return;
  tf.registerKernel({
    kernelName: MATRIX_PRODUCT,
    backendName: "tensorflow",
    kernelFunc: ({ inputs, backend, attrs }) => {
      const { binding, executeSingleOutput } = backend as unknown as NodeBackend;
      const { transposeA, transposeB } = attrs as unknown as Record<string, boolean>;
      const flag = (name: string, value: boolean | undefined) => ({
        name,
        type: binding.TF_ATTR_BOOL,
        value,
      });
      const attributes = [
        flag("transpose_a", transposeA),
        flag("transpose_b", transposeB),
        { name: "T", type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
      ];
      const operands = [inputs.a as tf.TensorInfo, inputs.b as tf.TensorInfo];
      return executeSingleOutput.call(backend, "MatMul", attributes, operands);
    },
  });
}
