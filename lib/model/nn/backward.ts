import { tf } from "../../runtime/mod.ts";

/** One recorded operation of TensorFlow.js's tape. */
interface TapeNode {
  readonly kernelName: string;
  readonly inputs: Record<string, tf.Tensor>;
  readonly outputs: readonly tf.Tensor[];
  readonly saved: readonly tf.Tensor[];
  readonly gradient?: (dys: (tf.Tensor | undefined)[]) => Record<string, () => tf.Tensor>;
}

/** What the engine keeps while it records; its own type declares these private. */
interface Recorder {
  readonly state: { activeTape: TapeNode[] | null; gradientDepth: number; kernelDepth: number };
  startTape(): void;
  endTape(): void;
}

const engine = () => tf.engine() as unknown as Recorder;

/** Which tensors of the tape being recorded depend on what a gradient is asked for. */
class Trace {
  readonly #reached: Set<number>;
  #read = 0;

  constructor(readonly tape: TapeNode[], xs: readonly tf.Tensor[]) {
    this.#reached = new Set(xs.map(({ id }) => id));
  }

  has(x: tf.Tensor): boolean {
    for (; this.#read < this.tape.length; this.#read++) {
      const { inputs, outputs } = this.tape[this.#read] as TapeNode;
      if (Object.values(inputs).some(({ id }) => this.#reached.has(id))) {
        for (const { id } of outputs) this.#reached.add(id);
      }
    }
    return this.#reached.has(x.id);
  }
}

let recording: Trace | undefined;

/** Whether operations are recorded for a gradient just now. */
export function isRecording(): boolean {
  const { gradientDepth, kernelDepth } = engine().state;
  return gradientDepth > 0 && kernelDepth === 0;
}

/** Whether the gradient being recorded needs that of `x`; true where {@link valueAndGrads} does not record. */
export function isTracked(x: tf.Tensor): boolean {
  return recording?.tape === engine().state.activeTape ? recording?.has(x) ?? true : true;
}

/** Runs `f` without recording it: no gradient passes through its result. */
export function untracked<T extends tf.TensorContainer>(f: () => T): T {
  const { state } = engine();
  state.kernelDepth++;
  try {
    return tf.tidy(f);
  } finally {
    state.kernelDepth--;
  }
}

/**
 * The value of `f` and its gradients with respect to `xs`, undefined where `f` does not depend on one.
 *
 * Does what tf.variableGrads does, and frees on the way back what that keeps until the end: what an
 * operation saved, and the gradient of its result, go as soon as the operation is passed. `dy` is the
 * gradient of the result, one unless given. May be called inside another's backward pass; throws
 * while a gradient is being recorded, for gradients of gradients are not supported.
 */
export function valueAndGrads<T extends tf.Tensor>(
  f: () => T,
  xs: readonly tf.Tensor[],
  dy?: tf.Tensor,
): { value: T; grads: (tf.Tensor | undefined)[] } {
  const { state } = engine();
  if (state.gradientDepth > 0) {
    throw new Error("valueAndGrads: called while a gradient is recorded; expected outside of one");
  }
  const outerTape = state.activeTape, outerTrace = recording;
  try {
    return tf.tidy(() => {
      engine().startTape();
      const tape = state.activeTape as TapeNode[];
      const trace = recording = new Trace(tape, xs);
      try {
        let value;
        try {
          value = tf.tidy(f);
        } finally {
          engine().endTape();
        }
        const grads = backpropagate(tape, trace, xs, value, dy ?? tf.onesLike(value));
        return { value, grads };
      } finally {
        for (const { saved } of tape) tf.dispose([...saved]);
      }
    });
  } finally {
    state.activeTape = outerTape;
    recording = outerTrace;
  }
}

/** Passes the tape from its end to its start; see {@link valueAndGrads}. */
function backpropagate(
  tape: readonly TapeNode[],
  trace: Trace,
  xs: readonly tf.Tensor[],
  y: tf.Tensor,
  dy: tf.Tensor,
): (tf.Tensor | undefined)[] {
  const asked = new Set(xs.map(({ id }) => id));
  const grads = new Map<number, tf.Tensor>();
  if (trace.has(y)) grads.set(y.id, tf.clone(dy));
  for (let i = tape.length - 1; i >= 0; i--) {
    const node = tape[i] as TapeNode;
    const dys = node.outputs.map(({ id }) => grads.get(id));
    if (dys.some((dy) => dy !== undefined)) passNode(node, dys, trace, grads);
    tf.dispose([...node.saved]);
    for (const { id } of node.outputs) {
      if (asked.has(id)) continue;
      grads.get(id)?.dispose();
      grads.delete(id);
    }
  }
  return xs.map(({ id }) => grads.get(id));
}

/** Adds an operation's gradients to those of its inputs. */
function passNode(
  node: TapeNode,
  dys: (tf.Tensor | undefined)[],
  trace: Trace,
  grads: Map<number, tf.Tensor>,
): void {
  const inputs = Object.entries(node.inputs).filter(([, x]) => trace.has(x));
  if (inputs.length === 0) return;
  const { gradient, kernelName } = node;
  if (!gradient) throw new Error(`the operation ${kernelName} has no gradient`);
  const dxs = tf.tidy(() => {
    const all = gradient(dys), given = new Set(dys.map((dy) => dy?.id));
    return inputs.map(([name, x]) => {
      const dx = (all[name] as () => tf.Tensor)();
      if (dx.shape.join() !== x.shape.join()) {
        throw new Error(
          `${kernelName}: the gradient of ${name} has shape [${dx.shape}], expected [${x.shape}]`,
        );
      }
      // An operation may hand on what it was given, or the same tensor twice; each must have its own.
      const own = given.has(dx.id) ? tf.clone(dx) : dx;
      given.add(dx.id);
      return own;
    });
  });
  for (const [i, [, x]] of inputs.entries()) {
    const dx = dxs[i] as tf.Tensor, sum = grads.get(x.id);
    if (sum === undefined) grads.set(x.id, dx);
    else {
      grads.set(x.id, tf.add(sum, dx));
      tf.dispose([sum, dx]);
    }
  }
}
