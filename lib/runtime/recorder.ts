/** Watching which operations of TensorFlow's library a computation runs, to write them as a graph. */
import type { GraphNode } from "./graph_def.ts";
import type { Binding, NativeBackend } from "./native.ts";

/** A recorded graph: its nodes, and what must be fed beside the inputs. */
export interface Recording {
  readonly nodes: readonly GraphNode[];
  /** Placeholders of tensors that were there before, by the number that names the tensor. */
  readonly captured: readonly { readonly name: string; readonly id: number }[];
  /** Placeholders of arrays that depend on the inputs, and how to make them. */
  readonly arrays: readonly ArrayFeed[];
  /** The node output that holds a tensor. */
  readonly outputOf: (id: number) => string;
}

/** An array that is made anew for each run. */
export interface ArrayFeed {
  readonly name: string;
  readonly shape: number[];
  readonly type: number;
  readonly make: (inputs: readonly NumberArray[]) => NumberArray;
}

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

/** Puts a binding in the addon's place whose deletions spare what graphs need. */
function wrap(backend: NativeBackend): Binding {
  const known = wrapped.get(backend);
  if (known) return known;
  const own = backend.binding;
  wrapped.set(backend, own);
  backend.binding = copyOf(own, {
    deleteTensor(id) {
      const kept = pinned.get(id);
      if (kept) kept.orphan = true;
      else own.deleteTensor(id);
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

/**
 * Runs `f` and records its operations. `inputs` are the tensors that will differ from run to run and
 * `sources` the arrays; all other tensors that it reads stay as they are.
 *
 * Throws where `f` reads a computed value back, for its way might depend on that.
 */
export function record<T>(
  backend: NativeBackend,
  inputs: readonly { readonly name: string; readonly id: number; readonly type: number }[],
  sources: readonly NumberArray[],
  f: () => T,
): { result: T; recording: Recording } {
  const own = wrap(backend), before = backend.binding;
  const nodes: GraphNode[] = [], places = new Map<number, string>();
  const captured: { name: string; id: number }[] = [], arrays: ArrayFeed[] = [];
  const lastUse = new Map<number, string>(); // of a resource
  const placeholder = (name: string, type: number) => {
    const attributes = [{ name: "dtype", type: own.TF_ATTR_TYPE, value: type }];
    nodes.push({ name, operation: "Placeholder", inputs: [], attributes });
    return `${name}:0`;
  };
  for (const { name, id, type } of inputs) places.set(id, placeholder(name, type));
  const placeOf = (id: number): string => {
    const known = places.get(id);
    if (known !== undefined) return known;
    const name = `captured${captured.length}`;
    pin(id);
    captured.push({ name, id });
    const place = placeholder(name, typeOf(own, id));
    places.set(id, place);
    return place;
  };
  const outer = derivations;
  const made = derivations = new WeakMap();
  backend.binding = copyOf(before, {
    createTensor(shape, type, values) {
      const id = own.createTensor(shape, type, values);
      const make = makerOf(values as NumberArray, sources, made);
      if (make) {
        const name = `array${arrays.length}`;
        arrays.push({ name, shape: [...shape], type, make });
        places.set(id, placeholder(name, type));
      } else if ((values as NumberArray).length <= LARGEST_CONSTANT) {
        const name = `constant${nodes.length}`, copy = (values as NumberArray).slice();
        const constant = { type, shape: [...shape], values: copy };
        nodes.push({ name, operation: "Const", inputs: [], attributes: [], constant });
        places.set(id, `${name}:0`);
      }
      return id;
    },
    executeOp(operation, attributes, ids, count) {
      const name = `n${nodes.length}`;
      const all = ids.map(placeOf);
      for (const id of ids) { // operations on a variable run in the order of the program
        const last = lastUse.get(id);
        if (last !== undefined && !all.includes(`^${last}`)) all.push(`^${last}`);
      }
      const [first] = inputs;
      // TensorFlow gathers chains of additions into one, in an order that differs from process to
      // process and changes the last digits; it leaves alone those that wait for something.
      if (/^Add(V2|N)?$/.test(operation) && first && !all.some((place) => place.startsWith("^"))) {
        all.push(`^${first.name}`);
      }
      nodes.push({ name, operation, inputs: all, attributes });
      const outputs = own.executeOp(operation, attributes, ids, count);
      outputs.forEach(({ id, dtype }, i) => {
        places.set(id, `${name}:${i}`);
        if (dtype === own.TF_RESOURCE) lastUse.set(id, name);
      });
      for (const id of ids) if (lastUse.has(id)) lastUse.set(id, name);
      return outputs;
    },
    tensorDataSync(id) {
      if (places.has(id)) {
        throw new Error("a compiled function read a computed value back; expected tensors alone");
      }
      return own.tensorDataSync(id);
    },
  });
  try {
    const result = f();
    return { result, recording: { nodes, captured, arrays, outputOf: placeOf } };
  } catch (error) {
    unpin(own, captured.map(({ id }) => id));
    throw error;
  } finally {
    backend.binding = before;
    derivations = outer;
  }
}

/** The type of a tensor of the library. */
function typeOf(binding: Binding, id: number): number {
  const [same] = binding.executeOp("Identity", [], [id], 1);
  if (same === undefined) throw new Error("TensorFlow's Identity gave nothing");
  binding.deleteTensor(same.id);
  return same.dtype;
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
