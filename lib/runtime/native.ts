import type { Attribute, AttributeTypes } from "./graph_def.ts";
import { tf } from "./tf.ts";

/** What an operation of the library gave: a handle, its shape and its type. */
export interface NativeOutput {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/** tfjs-node's addon: TensorFlow's C interface on numbers that name tensors. */
export interface Binding extends AttributeTypes {
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_RESOURCE: number;
  createTensor(shape: number[], dtype: number, values: ArrayBufferView): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): ArrayBufferView;
  executeOp(name: string, attributes: Attribute[], ids: number[], outputs: number): NativeOutput[];
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  runSavedModel(id: number, ids: number[], inputs: string, outputs: string): NativeOutput[];
}

/** The parts of tfjs-node's backend that are used beyond its public interface. */
export interface NativeBackend {
  binding: Binding;
  readonly isUsingGpuDevice: boolean;
  readonly tensorMap: {
    get(dataId: object): {
      id: number;
      readonly shape: number[];
      readonly dtype: number;
      values: ArrayBufferView | null;
    };
  };
  getInputTensorIds(tensors: readonly tf.TensorInfo[]): number[];
  createOutputTensor(output: NativeOutput): tf.Tensor;
  executeSingleOutput(
    operation: string,
    attributes: Attribute[],
    inputs: readonly tf.TensorInfo[],
  ): tf.Tensor;
  executeMultipleOutputs(
    operation: string,
    attributes: Attribute[],
    inputs: readonly tf.TensorInfo[],
    outputs: number,
  ): tf.Tensor[];
}

/** The native backend where it is the one in use. */
export function nativeBackend(): NativeBackend | undefined {
  return tf.getBackend() === "tensorflow" ? tf.backend() as unknown as NativeBackend : undefined;
}
