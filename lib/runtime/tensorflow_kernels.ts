import type { Attribute } from "./attribute.ts";
import type { Binding, NativeBackend, NativeOutput } from "./native.ts";
import { tf } from "./tf.ts";

/** The kernel that a backend may offer for products of two matrices. */
export const MATRIX_PRODUCT = "UniDiffMatrixProduct";

/** The kernel that a backend may offer for a step of Adam. */
export const ADAM = "UniDiffAdam";

/**
 * Kernels that a backend may offer for whole formulas of lib/model/nn: normalisation in groups,
 * activations and attention, each with its gradient (setup/fused_kernels.cc).
 */
export const NORM = "UniDiffNorm",
  GELU = "UniDiffGelu",
  GEGLU = "UniDiffGeglu",
  SWISH = "UniDiffSwish",
  ATTENTION = "UniDiffAttention";

/** The kernel that a backend may offer for a step of AdamW with clipping, limits and average. */
export const ADAM_W = "UniDiffAdamW";

type Inputs = Record<string, tf.TensorInfo>;

/** Registers operations of TensorFlow's library that tfjs does not wrap. */
export function registerTensorflowKernels(): void {
  if (tf.getKernel(MATRIX_PRODUCT, "tensorflow") !== undefined) return;
  register(MATRIX_PRODUCT, ({ a, b }, { transposeA, transposeB }, backend) => {
    const { binding } = backend;
    const attributes = [
      flag(binding, "transpose_a", transposeA),
      flag(binding, "transpose_b", transposeB),
      floats(binding, "T"),
    ];
    return backend.executeSingleOutput("MatMul", attributes, [a as Info, b as Info]);
  });
  register(ADAM, applyAdam);
}

/** The inputs, attribute and number of outputs of this project's own operations, by name. */
const OWN: Readonly<Record<string, { inputs: string[]; attribute?: string; outputs: number }>> = {
  [NORM]: { inputs: ["x", "gamma", "beta"], attribute: "epsilon", outputs: 3 },
  [`${NORM}Grad`]: { inputs: ["dy", "x", "gamma", "mean", "inverse"], outputs: 3 },
  [GELU]: { inputs: ["x"], outputs: 1 },
  [`${GELU}Grad`]: { inputs: ["dy", "x"], outputs: 1 },
  [GEGLU]: { inputs: ["x"], outputs: 1 },
  [`${GEGLU}Grad`]: { inputs: ["dy", "x"], outputs: 1 },
  [ATTENTION]: { inputs: ["q", "k", "v", "mask"], attribute: "heads", outputs: 1 },
  [`${ATTENTION}Grad`]: { inputs: ["dy", "q", "k", "v", "mask"], attribute: "heads", outputs: 3 },
  [ADAM_W]: {
    inputs: ["weights", "first", "second", "average", "gradient", "clip", "numbers"],
    outputs: 4,
  },
  [SWISH]: { inputs: ["x"], attribute: "beta", outputs: 1 },
  [`${SWISH}Grad`]: { inputs: ["dy", "x"], attribute: "beta", outputs: 1 },
};

/** Attributes that are integers. */
const WHOLE = new Set(["heads"]);

/** Registers the operations that the addon brings with it, which compute on the processor alone. */
export function registerFusedKernels(): void {
  for (const [name, { inputs: names, attribute, outputs }] of Object.entries(OWN)) {
    if (tf.getKernel(name, "tensorflow") !== undefined) continue;
    register(name, (inputs, attributes, backend) => {
      const { TF_ATTR_FLOAT, TF_ATTR_INT } = backend.binding;
      const value = attribute && attributes[attribute];
      const type = attribute && WHOLE.has(attribute) ? TF_ATTR_INT : TF_ATTR_FLOAT;
      const given = names.map((name) => inputs[name] as Info);
      const set = attribute === undefined ? [] : [{ name: attribute, type, value }];
      return backend.executeMultipleOutputs(name, set, given, outputs);
    });
  }
}

type Info = tf.TensorInfo;

function register(
  kernelName: string,
  run: (
    inputs: Inputs,
    attributes: Record<string, unknown>,
    backend: NativeBackend,
  ) => tf.TensorInfo | tf.TensorInfo[],
): void {
  tf.registerKernel({
    kernelName,
    backendName: "tensorflow",
    kernelFunc: ({ inputs, backend, attrs }) =>
      run(
        inputs as Inputs,
        (attrs ?? {}) as unknown as Record<string, unknown>,
        backend as unknown as NativeBackend,
      ),
  });
}

const flag = (binding: Binding, name: string, value: unknown): Attribute => ({
  name,
  type: binding.TF_ATTR_BOOL,
  value: Boolean(value),
});

const floats = (binding: Binding, name: string): Attribute => ({
  name,
  type: binding.TF_ATTR_TYPE,
  value: binding.TF_FLOAT,
});

let variables = 0;

/**
 * ResourceApplyAdam, which passes over the vectors once, on variables that live for this call.
 *
 * Its own corrections of the bias are left out by powers of β of zero.
 */
function applyAdam(
  inputs: Inputs,
  { betas }: Record<string, unknown>,
  backend: NativeBackend,
): tf.Tensor[] {
  const { binding } = backend, [b1, b2] = betas as [number, number];
  const states = [inputs.weights, inputs.first, inputs.second] as Info[];
  const run = (operation: string, attributes: Attribute[], ids: number[], outputs = 0) =>
    binding.executeOp(operation, attributes, ids, outputs);
  const handles = states.map((state) => {
    const [handle] = run(
      "VarHandleOp",
      [
        floats(binding, "dtype"),
        { name: "shape", type: binding.TF_ATTR_SHAPE, value: state.shape },
        {
          name: "shared_name",
          type: binding.TF_ATTR_STRING,
          value: `unidiff${Deno.pid}-${variables++}`,
        },
      ],
      [],
      1,
    ) as unknown as [NativeOutput];
    const ids = [handle.id, ...backend.getInputTensorIds([state])];
    run("AssignVariableOp", [floats(binding, "dtype")], ids);
    return handle.id;
  });
  const numbers = [0, 0, b1, b2].map((x) =>
    binding.createTensor([], binding.TF_FLOAT, Float32Array.of(x))
  ) as [number, number, number, number];
  const [size, epsilon, gradient] = backend.getInputTensorIds(
    [inputs.size, inputs.epsilon, inputs.gradient] as Info[],
  ) as [number, number, number];
  const [power1, power2, beta1, beta2] = numbers;
  run("ResourceApplyAdam", [floats(binding, "T"), flag(binding, "use_locking", false)], [
    ...handles,
    ...[power1, power2, size, beta1, beta2, epsilon, gradient],
  ]);
  const results = handles.map((id) => {
    const [value] = run("ReadVariableOp", [floats(binding, "dtype")], [id], 1);
    return backend.createOutputTensor(value as NativeOutput);
  });
  for (const id of handles) run("DestroyResourceOp", [], [id]);
  for (const id of [...handles, ...numbers]) binding.deleteTensor(id);
  return results;
}
