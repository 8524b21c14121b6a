import type { Attribute, AttributeTypes } from "./attribute.ts";
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
  getNumOfTensors(): number;
  executeOp(name: string, attributes: Attribute[], ids: number[], outputs: number): NativeOutput[];
  // What setup/graph_functions.cc adds to the package's addon:
  newGraph(): GraphHandle;
  /** Outputs of a new node, whose number is how many there were before it; throws TensorFlow's refusal. */
  addNode(
    graph: GraphHandle,
    operation: string,
    name: string,
    /** Pairs of a node's number and which of its outputs. */
    inputs: Int32Array,
    /** So many of the inputs, from the first, are one list. */
    listed: number,
    /** Nodes that must run before. */
    controls: Int32Array,
    /** Names, each before the bytes of its value. */
    attributes: (string | Uint8Array)[],
  ): { readonly dtype: number; readonly shape: number[] | null }[];
  /** Makes an operation of the graph, `inputs` (placeholders) and `outputs` being nodes' numbers. */
  addFunction(
    graph: GraphHandle,
    name: string,
    inputs: Int32Array,
    outputs: Int32Array,
    xla: boolean,
  ): void;
  removeFunction(name: string): void;
  /** True where setup/fused_kernels.cc has made its operations known. */
  readonly fusedKernels: boolean;
}

/** A graph of the library while it is recorded; freed with this handle. */
export type GraphHandle = { readonly graph: unique symbol };

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
