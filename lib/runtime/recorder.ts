/**
 * Watching which operations of TensorFlow's library a computation asks for, to have them as a graph.
 *
 * Nothing is computed meanwhile: TensorFlow's shape inference says what each operation would give.
 */
import { attrValue, shapeValue, tensorValue, typeValue } from "./attribute.ts";
import { type Binding, type GraphHandle, type NativeBackend, nativeBackend } from "./native.ts";
import type { tf } from "./tf.ts";

/** A recorded graph, and what must be fed beside the inputs. */
export interface Recording {
  readonly graph: GraphHandle;
  /** What each node is and waits for. */
  readonly nodes: readonly { readonly operation: string; readonly controls: readonly number[] }[];
  /** Numbers of the inputs' placeholders. */
  readonly inputs: readonly number[];
  /** Placeholders of tensors that were there before, with the number that names the tensor. */
  readonly captured: readonly { readonly node: number; readonly id: number }[];
  /** Placeholders of arrays that depend on the inputs, and how to make them. */
  readonly arrays: readonly ArrayFeed[];
}

/** An array that is made anew for each run. */
export interface ArrayFeed {
  readonly node: number;
  readonly shape: number[];
  readonly type: number;
  readonly make: (inputs: readonly NumberArray[]) => NumberArray;
}

/** TensorFlow's refusal of a recorded operation. */
export class Refused extends Error {}

/** Arrays that TensorFlow takes as they are. */
export type NumberArray = Float32Array | Int32Array | Uint8Array;

/** Constants with more numbers than this are fed, so that a graph stays small. */
const LARGEST_CONSTANT = 4096;

interface Derived {
  readonly source: ArrayLike<number>;
  readonly compute: (source: never) => NumberArray;
}

let derivations: WeakMap<object, Derived> | undefined;

/**
 * `compute(source)`, known to a recording as made from `source`.
 *
 * Whatever a compiled function computes in TypeScript from arrays among its inputs must pass through
 * here; otherwise it would stay as it was when the function was recorded.
 */
export function derived<S extends ArrayLike<number>, T extends NumberArray>(
  source: S,
  compute: (source: S) => T,
): T {
  const values = compute(source);
  derivations?.set(values, { source, compute });
  return values;
}

/** Tensors that recorded graphs are fed with; they are not deleted while a graph needs them. */
const pinned = new Map<number, { graphs: number; orphan: boolean }>();

/** Keeps a tensor of the library until {@link unpin}, even if TensorFlow.js disposes of it. */
function pin(id: number): void {
  const known = pinned.get(id);
  if (known) known.graphs++;
  else pinned.set(id, { graphs: 1, orphan: false });
}

/** Lets go of tensors that {@link record} captured. */
export function unpin(binding: Binding, ids: readonly number[]): void {
  for (const id of ids) {
    const known = pinned.get(id);
    if (!known || --known.graphs > 0) continue;
    pinned.delete(id);
    if (known.orphan) binding.deleteTensor(id);
  }
}

const wrapped = new WeakMap<NativeBackend, Binding>();

/** The addon itself, behind what {@link record} has put in its place. */
export function rawBinding(backend: NativeBackend): Binding {
  return wrapped.get(backend) ?? backend.binding;
}

/** Puts a binding in the addon's place whose deletions spare what graphs need and what never was. */
function wrap(backend: NativeBackend): Binding {
  const known = wrapped.get(backend);
  if (known) return known;
  const own = backend.binding;
  wrapped.set(backend, own);
  backend.binding = copyOf(own, {
    deleteTensor(id) {
      const kept = pinned.get(id);
      if (kept) kept.orphan = true;
      else if (id >= 0) own.deleteTensor(id);
    },
  });
  return own;
}

/** The addon's properties cannot be replaced, so another object takes its place. */
function copyOf(binding: Binding, changes: Partial<Binding>): Binding {
  const names = Object.getOwnPropertyNames(binding) as (keyof Binding)[];
  const all = Object.fromEntries(names.map((name) => [name, binding[name]]));
  return { ...all, ...changes } as unknown as Binding;
}

/** Where a tensor of a recording stands: a node and which of its outputs. */
interface Place {
  readonly node: number;
  readonly output: number;
}

/** Operations whose first inputs are a list of N. */
const LISTS = new Set(["AddN", "ConcatV2", "Pack"]);

/** A graph that grows while a computation is watched. */
class Recorder {
  readonly graph: GraphHandle;
  readonly nodes: { operation: string; controls: readonly number[] }[] = [];
  readonly captured: { node: number; id: number }[] = [];
  readonly #own: Binding;
  readonly #places = new Map<number, Place>();
  /** The last operation on a resource, by the resource's number. */
  readonly #lastUse = new Map<number, number>();
  /** Numbers of tensors that are not computed are negative. */
  #next = -1;

  constructor(own: Binding) {
    this.#own = own;
    this.graph = own.newGraph();
  }

  /** A new node's number and its outputs. */
  add(
    operation: string,
    inputs: readonly Place[] = [],
    attributes: (string | Uint8Array)[] = [],
    controls: readonly number[] = [],
    listed = 0,
  ): { node: number; outputs: { dtype: number; shape: number[] | null }[] } {
    const node = this.nodes.length, pairs = inputs.flatMap(({ node, output }) => [node, output]);
    try {
      const outputs = this.#own.addNode(
        this.graph,
        operation,
        `n${node}`,
        Int32Array.from(pairs),
        listed,
        Int32Array.from(controls),
        attributes,
      );
      this.nodes.push({ operation, controls });
      return { node, outputs };
    } catch (error) {
      throw new Refused(`${operation}: ${(error as Error).message}`, { cause: error });
    }
  }

  /** A node that stands for a tensor that is fed. */
  feed(id: number, type: number, shape: readonly number[]): number {
    const attributes = ["dtype", typeValue(type), "shape", shapeValue(shape)];
    const { node } = this.add("Placeholder", [], attributes);
    this.#places.set(id, { node, output: 0 });
    return node;
  }

  /** The placeholder of an input, and a number for what is not there yet. */
  input(type: number, shape: readonly number[]): { node: number; id: number } {
    const id = this.#next--;
    return { node: this.feed(id, type, shape), id };
  }

  constant(id: number, type: number, shape: readonly number[], values: ArrayBufferView): void {
    const attributes = ["dtype", typeValue(type), "value", tensorValue(type, shape, values)];
    this.#places.set(id, { node: this.add("Const", [], attributes).node, output: 0 });
  }

  has(id: number): boolean {
    return this.#places.has(id);
  }

  /** Where a tensor stands; one that was there before the recording is captured. */
  placeOf(id: number): Place {
    const known = this.#places.get(id);
    if (known !== undefined) return known;
    if (id < 0) {
      throw new Error("a compiled function uses a tensor of another one's recording; make it anew");
    }
    const { dtype, shape } = described(this.#own, id);
    pin(id);
    const node = this.feed(id, dtype, shape);
    this.captured.push({ node, id });
    return { node, output: 0 };
  }

  /** What the addon's executeOp would give, but for the values. */
  execute(
    operation: string,
    attributes: Parameters<Binding["executeOp"]>[1],
    ids: readonly number[],
    first: number | undefined,
  ): ReturnType<Binding["executeOp"]> {
    const inputs = ids.map((id) => this.placeOf(id));
    // Operations on a variable run in the order of the program.
    const controls = new Set(ids.flatMap((id) => this.#lastUse.get(id) ?? []));
    // TensorFlow gathers chains of additions into one, in an order that differs from process to
    // process and changes the last digits; it leaves alone those that wait for something.
    if (/^Add(V2|N)?$/.test(operation) && first !== undefined && controls.size === 0) {
      controls.add(first);
    }
    const words = attributes.flatMap((a) => [a.name, attrValue(a, this.#own)]);
    const list = attributes.find(({ name }) => name === "N")?.value as number | undefined;
    if (list !== undefined && !LISTS.has(operation)) {
      throw new Refused(`${operation} takes a list; expected one of ${[...LISTS].join(", ")}`);
    }
    const { node, outputs } = this.add(operation, inputs, words, [...controls], list ?? 0);
    const results = outputs.map(({ dtype, shape }, output) => {
      if (shape === null || shape.includes(-1)) {
        throw new Refused(`${operation}: the shape of its result depends on values`);
      }
      const id = this.#next--;
      this.#places.set(id, { node, output });
      if (dtype === this.#own.TF_RESOURCE) this.#lastUse.set(id, node);
      return { id, dtype, shape };
    });
    for (const id of ids) if (this.#lastUse.has(id)) this.#lastUse.set(id, node);
    return results;
  }

  /** The same tensor, which is not there before `before` is. */
  later(id: number, before: number, type: number): number {
    const controls = [this.placeOf(before).node];
    const { node } = this.add("Identity", [this.placeOf(id)], ["T", typeValue(type)], controls);
    const made = this.#next--;
    this.#places.set(made, { node, output: 0 });
    return made;
  }

  /** A new node with the value of a tensor, done when all that the computation does to variables is. */
  output(id: number): number {
    // An input cannot be a result itself, so each result is a node of its own.
    return this.add("Identity", [this.placeOf(id)], [], [...new Set(this.#lastUse.values())]).node;
  }
}

let active: Recorder | undefined;

/** Whether a computation is being recorded just now. */
export function isRecordingGraph(): boolean {
  return active !== undefined;
}

/** Nodes of the graph being recorded with the values of tensors, to be its results. */
export function resultNodes(tensors: readonly tf.Tensor[]): number[] {
  const recorder = active, backend = nativeBackend();
  if (!recorder || !backend) throw new Error("nothing is being recorded");
  return backend.getInputTensorIds(tensors).map((id) => recorder.output(id));
}

/**
 * The tensors, which in a recorded graph are not read before `before` has been computed.
 *
 * A graph runs whatever can be run; what should not lie in memory yet must be told to wait. Elsewhere
 * the program's order is the order, and the tensors are returned as they are.
 */
export function after<T extends tf.Tensor>(tensors: readonly T[], before: tf.Tensor): T[] {
  const recorder = active, backend = nativeBackend();
  if (!recorder || !backend) return [...tensors];
  const [gate] = backend.getInputTensorIds([before]) as [number];
  return tensors.map((t) => {
    const [id] = backend.getInputTensorIds([t]) as [number];
    const { dtype } = backend.tensorMap.get(t.dataId), shape = [...t.shape];
    const made = recorder.later(id, gate, dtype);
    return backend.createOutputTensor({ id: made, dtype, shape }) as T;
  });
}

/**
 * Runs `f`, computing nothing, and records its operations. `inputs` are the tensors that will differ
 * from run to run and `sources` the arrays; all other tensors that it reads stay as they are, also
 * those that share an input's data now, as a variable's first value does with the variable.
 *
 * Throws where `f` reads a computed value back, for its way might depend on that, and {@link Refused}
 * where TensorFlow has no such operation or cannot say what its result will look like.
 */
export function record<T>(
  backend: NativeBackend,
  inputs: readonly tf.Tensor[],
  sources: readonly NumberArray[],
  f: () => T,
): { result: T; recording: Recording } {
  const own = wrap(backend), before = backend.binding, recorder = new Recorder(own);
  const arrays: ArrayFeed[] = [];
  const { fed, giveBack } = standIns(backend, recorder, inputs);
  const outer = [derivations, active] as const;
  const made = derivations = new WeakMap();
  active = recorder;
  backend.binding = copyOf(before, {
    createTensor(shape, type, values) {
      const id = own.createTensor(shape, type, values);
      const make = makerOf(values as NumberArray, sources, made);
      if (make) {
        const node = recorder.feed(id, type, shape);
        arrays.push({ node, shape: [...shape], type, make });
      } else if ((values as NumberArray).length <= LARGEST_CONSTANT) {
        recorder.constant(id, type, shape, values);
      }
      return id;
    },
    executeOp: (operation, attributes, ids) => recorder.execute(operation, attributes, ids, fed[0]),
    tensorDataSync(id) {
      if (recorder.has(id)) {
        throw new Error("a compiled function read a computed value back; expected tensors alone");
      }
      return own.tensorDataSync(id);
    },
  });
  try {
    const result = f(), { graph, nodes, captured } = recorder;
    return { result, recording: { graph, nodes, inputs: fed, captured, arrays } };
  } catch (error) {
    unpin(own, recorder.captured.map(({ id }) => id));
    throw error;
  } finally {
    giveBack();
    backend.binding = before;
    [derivations, active] = outer;
  }
}

/**
 * Placeholders for the inputs, whose data they are until it is given back.
 *
 * Tensors are told apart by their data, and an input may share its own with a tensor that is none.
 */
function standIns(
  backend: NativeBackend,
  recorder: Recorder,
  inputs: readonly tf.Tensor[],
): { fed: number[]; giveBack: () => void } {
  backend.getInputTensorIds(inputs); // what was not handed to the library yet has no type there
  const lent = inputs.map(({ dataId }) => dataId);
  const made = inputs.map((t) => {
    const { dtype } = backend.tensorMap.get(t.dataId), shape = [...t.shape];
    const { node, id } = recorder.input(dtype, shape);
    return { node, tensor: backend.createOutputTensor({ id, dtype, shape }) };
  });
  for (const [i, { tensor }] of made.entries()) {
    (inputs[i] as tf.Tensor).dataId = tensor.dataId;
  }
  const giveBack = () => {
    for (const [i, dataId] of lent.entries()) (inputs[i] as tf.Tensor).dataId = dataId;
    for (const { tensor } of made) tensor.dispose();
  };
  return { fed: made.map(({ node }) => node), giveBack };
}

/** The type and shape of a tensor of the library. */
function described(binding: Binding, id: number): { dtype: number; shape: number[] } {
  const [same] = binding.executeOp("Identity", [], [id], 1);
  if (same === undefined) throw new Error("TensorFlow's Identity gave nothing");
  binding.deleteTensor(same.id);
  return same;
}

/** How an array comes from the inputs' arrays, or undefined where it does not. */
function makerOf(
  values: NumberArray,
  sources: readonly NumberArray[],
  made: WeakMap<object, Derived>,
): ArrayFeed["make"] | undefined {
  const at = sources.indexOf(values);
  if (at >= 0) return (inputs) => inputs[at] as NumberArray;
  const known = made.get(values);
  if (!known) return undefined;
  const source = makerOf(known.source as NumberArray, sources, made);
  return source && ((inputs) => known.compute(source(inputs) as never));
}
