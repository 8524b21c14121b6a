/** Functions of tensors that TensorFlow runs as one graph. */
import { type NativeBackend, nativeBackend } from "./native.ts";
import {
  isRecordingGraph,
  type NumberArray,
  rawBinding,
  record,
  type Recording,
  Refused,
  resultNodes,
  unpin,
} from "./recorder.ts";
import { tf } from "./tf.ts";

/** A function made by {@link compiled}. */
export interface Compiled<Inputs> {
  /** New tensors, which the caller disposes of. */
  (inputs: Inputs): tf.Tensor[];
  /** Frees the graphs. */
  dispose(): void;
}

/**
 * `f`, run by the native backend as one graph instead of operation by operation.
 *
 * The first call with inputs of some shapes records what `f` does, without computing it, and hands that
 * to TensorFlow as a function, which every call runs: nothing is dispatched one by one, tensors stay on
 * the device, buffers are reused in place, and TensorFlow simplifies and fuses what it can. On other
 * backends, within another compiled function, with UNIDIFF_GRAPHS=0, and where TensorFlow refuses the
 * graph, this is `f` itself. Two processes compute the same digits; the last ones may differ from those
 * of `f` itself. UNIDIFF_XLA=1 has XLA compile the graphs.
 *
 * `inputs` are tensors and typed arrays in records and arrays of any depth. What `f` computes must
 * depend on them alone: tensors that it finds elsewhere, such as frozen parameters, stay what they are
 * at the first call, so do arrays that it makes without `derived` (recorder.ts). Numbers, flags
 * and texts among the inputs are part of what is compiled; lists of texts are labels, not looked at. `f` may not read values
 * back. It runs inside a tidy.
 */
export function compiled<Inputs>(f: (inputs: Inputs) => tf.Tensor[]): Compiled<Inputs> {
  const graphs = new Map<string, Graph | "refused">();
  const call = (inputs: Inputs): tf.Tensor[] => {
    const backend = nativeBackend();
    const leaves = leavesOf(inputs);
    if (!backend || !compiling() || isRecordingGraph()) return directly(f, inputs, leaves);
    const known = graphs.get(leaves.signature);
    if (known === "refused") return directly(f, inputs, leaves);
    if (known) return known.run(leaves);
    try {
      const graph = new Graph(backend, leaves, () => f(inputs));
      graphs.set(leaves.signature, graph);
      return graph.run(leaves);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      console.warn(`a computation runs operation by operation, slower: ${error.message}`);
      graphs.set(leaves.signature, "refused");
      return directly(f, inputs, leaves);
    }
  };
  const dispose = () => {
    for (const graph of graphs.values()) if (graph !== "refused") graph.dispose();
    graphs.clear();
  };
  return Object.assign(call, { dispose });
}

/** Runs `f` as it stands; each result is a tensor of its own, as a graph's are. */
function directly<Inputs>(
  f: (inputs: Inputs) => tf.Tensor[],
  inputs: Inputs,
  { tensors }: Leaves,
): tf.Tensor[] {
  const given = new Set(tensors);
  return tf.tidy(() =>
    f(inputs).map((t) => {
      if (given.has(t)) return tf.clone(t);
      given.add(t);
      return t;
    })
  );
}

/** Whether to use graphs: unless UNIDIFF_GRAPHS is 0. */
function compiling(): boolean {
  return Deno.env.get("UNIDIFF_GRAPHS") !== "0";
}

interface Leaves {
  readonly tensors: readonly tf.Tensor[];
  readonly arrays: readonly NumberArray[];
  /** Shapes, types and everything else that decides which graph it takes. */
  readonly signature: string;
}

/** The tensors and arrays of nested inputs, in a fixed order. */
function leavesOf(inputs: unknown): Leaves {
  const tensors: tf.Tensor[] = [], arrays: NumberArray[] = [], words: string[] = [];
  const seen = new Map<object, number>();
  const visit = (value: unknown): void => {
    // Lists of texts are labels.
    if (Array.isArray(value) && value.some((x) => typeof x === "string")) return;
    if (value instanceof tf.Tensor) {
      tensors.push(value);
      // One that is given twice now may be two later: that takes another graph.
      const same = seen.get(value);
      words.push(same === undefined ? `${value.dtype}[${value.shape}]` : `as ${same}`);
      seen.set(value, tensors.length);
    } else if (
      value instanceof Float32Array || value instanceof Int32Array || value instanceof Uint8Array
    ) {
      const same = arrays.indexOf(value);
      words.push(same < 0 ? `${value.constructor.name}(${value.length})` : `as ${same}`);
      arrays.push(value);
    } else if (Array.isArray(value)) {
      words.push("[");
      value.forEach(visit);
      words.push("]");
    } else if (value !== null && typeof value === "object") {
      for (const [key, inner] of Object.entries(value)) {
        words.push(`${key}:`);
        visit(inner);
      }
    } else words.push(String(value));
  };
  visit(inputs);
  return { tensors, arrays, signature: words.join(" ") };
}

/** Records `f` and which nodes hold its results; leaves no tensor behind. */
function recorded(
  backend: NativeBackend,
  { tensors, arrays }: Leaves,
  f: () => tf.Tensor[],
): { recording: Recording; outputs: number[] } {
  const before = tf.memory().numTensors;
  let found: ReturnType<typeof recorded> | undefined;
  // Nothing is returned through tidy(), which would look for tensors in every node.
  tf.tidy(() => {
    const { result, recording } = record(backend, tensors, arrays, () => resultNodes(f()));
    found = { recording, outputs: result };
  });
  const left = tf.memory().numTensors - before;
  if (left !== 0) throw new Error(`a compiled function keeps ${left} tensors; expected none`);
  return found as unknown as ReturnType<typeof recorded>;
}

let functions = 0;

/** One recorded graph as a function of TensorFlow's eager context. */
class Graph {
  readonly #backend: NativeBackend;
  readonly #recording: Recording;
  readonly #outputs: number;
  readonly #name = `unidiff_${functions++}`;

  constructor(backend: NativeBackend, leaves: Leaves, f: () => tf.Tensor[]) {
    const { recording, outputs } = recorded(backend, leaves, f);
    [this.#backend, this.#recording, this.#outputs] = [backend, recording, outputs.length];
    const { graph, inputs, captured, arrays } = recording;
    const fed = [...inputs, ...[...captured, ...arrays].map(({ node }) => node)];
    const binding = rawBinding(backend), xla = Deno.env.get("UNIDIFF_XLA") === "1";
    try {
      binding.addFunction(graph, this.#name, Int32Array.from(fed), Int32Array.from(outputs), xla);
    } catch (error) {
      unpin(binding, captured.map(({ id }) => id));
      throw new Refused(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  run({ tensors, arrays }: Leaves): tf.Tensor[] {
    const backend = this.#backend, binding = rawBinding(backend);
    const { captured, arrays: made } = this.#recording;
    const own = made.map(({ shape, type, make }) =>
      binding.createTensor(shape, type, make(arrays))
    );
    const ids = [...backend.getInputTensorIds(tensors), ...captured.map(({ id }) => id), ...own];
    try {
      return binding.executeOp(this.#name, [], ids, this.#outputs)
        .map((output) => backend.createOutputTensor(output));
    } finally {
      for (const id of own) binding.deleteTensor(id);
    }
  }

  dispose(): void {
    const binding = rawBinding(this.#backend);
    binding.removeFunction(this.#name);
    unpin(binding, this.#recording.captured.map(({ id }) => id));
  }
}
