import assert from "node:assert/strict";
import { tf } from "unidiff/runtime/tf.ts";
import { compiled } from "unidiff/runtime/compiled.ts";
import { nativeBackend } from "unidiff/runtime/native.ts";
import { after, derived, rawBinding, record } from "unidiff/runtime/recorder.ts";
import { onBackends } from "../backends.ts";
import { assertClose } from "../golden.ts";

Deno.env.set("UNIDIFF_GRAPHS", "1");

/** Values of a compiled function's results, which are disposed of. */
function valuesOf(results: tf.Tensor[]): number[][] {
  const values = results.map((t) => [...t.dataSync()]);
  tf.dispose(results);
  return values;
}

onBackends("a compiled function follows its tensors and arrays, and keeps what it captured", () => {
  const fixed = tf.tensor1d([10, 20]);
  const f = compiled(({ x, ids }: { x: tf.Tensor1D; ids: Int32Array }) => {
    const squares = derived(ids, (ids) => Float32Array.from(ids, (i) => i * i));
    const chosen = tf.gather(fixed, tf.tensor1d(ids, "int32"));
    return [tf.add(tf.mul(x, chosen), tf.tensor1d(squares)), x, tf.scalar(7)];
  });
  const call = (x: number[], ids: number[]) => {
    const input = tf.tensor1d(x), results = f({ x: input, ids: Int32Array.from(ids) });
    assert.deepEqual(results.map(({ shape }) => shape), [[x.length], [x.length], []]);
    input.dispose();
    return valuesOf(results);
  };
  assert.deepEqual(call([1, 2], [0, 1]), [[10, 41], [1, 2], [7]]);
  assert.deepEqual(call([3, 4], [1, 0]), [[61, 40], [3, 4], [7]]);
  assert.deepEqual(call([1, 1, 1], [1, 1, 0]), [[21, 21, 10], [1, 1, 1], [7]], "another shape");
  assert.deepEqual(call([5, 6], [1, 1]), [[101, 121], [5, 6], [7]], "the first shape again");
  f.dispose();
  fixed.dispose();
});

onBackends("inputs that share their data at the first call may part later", () => {
  const f = compiled(({ a, b }: { a: tf.Tensor; b: tf.Tensor }) => [tf.sub(tf.mul(a, 2), b)]);
  const a = tf.tensor1d([1, 2]), same = tf.clone(a), other = tf.tensor1d([5, 5]);
  assert.deepEqual(valuesOf(f({ a, b: same })), [[1, 2]]);
  assert.deepEqual(valuesOf(f({ a, b: other })), [[-3, -1]]);
  f.dispose();
  tf.dispose([a, same, other]);
});

onBackends(
  "a variable's first value, captured, stays what it is when the variable moves on",
  () => {
    const start = tf.tensor1d([1, 2]), v = tf.tidy(() => tf.variable(start));
    const f = compiled((
      { v }: { v: tf.Variable },
    ) => [tf.sub(v, start), tf.mul(tf.clone(v), 2), v]);
    assert.deepEqual(valuesOf(f({ v })), [[0, 0], [2, 4], [1, 2]]);
    tf.tidy(() => v.assign(tf.tensor1d([5, 7])));
    assert.deepEqual(valuesOf(f({ v })), [[4, 5], [10, 14], [5, 7]]);
    assert.deepEqual([...start.dataSync()], [1, 2]);
    f.dispose();
    tf.dispose([start, v]);
  },
);

onBackends("numbers among the inputs are compiled in; a variable is read anew", () => {
  const f = compiled(({ v, k }: { v: tf.Variable; k: number }) => [tf.mul(v, k)]);
  const v = tf.tidy(() => tf.variable(tf.tensor1d([1, 2])));
  assert.deepEqual(valuesOf(f({ v, k: 2 })), [[2, 4]]);
  tf.tidy(() => v.assign(tf.tensor1d([3, 4])));
  assert.deepEqual(valuesOf(f({ v, k: 2 })), [[6, 8]]);
  assert.deepEqual(valuesOf(f({ v, k: 3 })), [[9, 12]]);
  f.dispose();
  v.dispose();
});

onBackends("a captured tensor may be disposed of while the graph lives; large ones are fed", () => {
  const values = Float32Array.from({ length: 5000 }, (_, i) => i % 7);
  const large = tf.tensor1d(values), sums: number[][] = [];
  const f = compiled(({ x }: { x: tf.Tensor }) => [tf.sum(tf.mul(large, x))]);
  const x = tf.scalar(2), expected = 2 * values.reduce((a, b) => a + b, 0);
  sums.push(...valuesOf(f({ x })));
  const graph = tf.getBackend() === "tensorflow";
  if (graph) large.dispose();
  sums.push(...valuesOf(f({ x })));
  for (const [sum] of sums) assertClose([sum as number], [expected], 1e-6);
  f.dispose();
  x.dispose();
  if (!graph) large.dispose();
});

onBackends("a function that reads a computed value back is refused with what to do", () => {
  if (tf.getBackend() !== "tensorflow") return;
  const f = compiled(({ x }: { x: tf.Tensor }) => [tf.mul(x, tf.add(x, 1).dataSync()[0] ?? 0)]);
  const x = tf.scalar(2);
  assert.throws(() => f({ x }), /read a computed value back; expected tensors alone/);
  f.dispose();
  x.dispose();
});

onBackends(
  "additions wait for an input in a graph, so that TensorFlow leaves their order alone",
  () => {
    const backend = nativeBackend();
    if (!backend) return;
    const x = tf.tensor1d([1, 2]);
    tf.tidy(() => {
      const sum = () => tf.add(tf.add(tf.mul(x, 2), tf.sin(x)), x);
      const { nodes } = record(backend, [x], [], sum).recording;
      const additions = nodes.filter(({ operation }) => operation.startsWith("Add"));
      assert.deepEqual(additions.map(({ controls }) => controls), [[0], [0]]);
      assert.equal(nodes[0]?.operation, "Placeholder");
    });
    x.dispose();
  },
);

onBackends("recording computes nothing: terabytes are a matter of milliseconds", () => {
  const backend = nativeBackend();
  if (!backend) return;
  const x = tf.tensor1d([1, 2]);
  const { result } = record(backend, [x], [], () =>
    tf.tidy(() => {
      const rows = tf.tile(tf.reshape(x, [1, 2]), [1e6, 1]) as tf.Tensor2D;
      return tf.sum(tf.matMul(rows, rows, false, true), 1).shape;
    }));
  assert.deepEqual(result, [1e6]);
  x.dispose();
});

onBackends("a function is there until it is disposed of, and keeps no tensor", () => {
  const backend = nativeBackend();
  if (!backend) return;
  const binding = rawBinding(backend);
  /** Functions that the library knows: those that complain of their missing input. */
  const known = () =>
    Array.from({ length: 200 }, (_, i) => {
      try {
        binding.executeOp(`unidiff_${i}`, [], [], 1);
      } catch (error) {
        return !/neither .* nor a name of a function/.test(String(error));
      }
      return true;
    }).filter(Boolean).length;
  const x = tf.tensor1d([1, 2]), before = known();
  backend.getInputTensorIds([x]);
  const tensors = binding.getNumOfTensors();
  const f = compiled(({ x }: { x: tf.Tensor }) => [tf.div(tf.log(x), tf.add(x, 1))]);
  assertClose(valuesOf(f({ x }))[0] as number[], [0, Math.log(2) / 3], 1e-6);
  assert.equal(known(), before + 1);
  f.dispose();
  assert.equal(known(), before);
  assert.equal(binding.getNumOfTensors(), tensors);
  x.dispose();
});

onBackends("a compiled function within another one is a part of it", () => {
  const inner = compiled(({ x }: { x: tf.Tensor }) => [tf.mul(x, 2)]);
  const outer = compiled(({ x }: { x: tf.Tensor }) => [tf.add(inner({ x })[0] as tf.Tensor, 1)]);
  const x = tf.tensor1d([1, 2]);
  assert.deepEqual(valuesOf(outer({ x })), [[3, 5]]);
  assert.deepEqual(valuesOf(inner({ x })), [[2, 4]]);
  [inner, outer].forEach((f) => f.dispose());
  x.dispose();
});

onBackends("after() makes a graph wait, and changes no value", () => {
  const f = compiled(({ x }: { x: tf.Tensor }) => {
    const gate = tf.exp(x), [late] = after([x], gate) as [tf.Tensor];
    return [tf.mul(late, 3), gate];
  });
  const x = tf.tensor1d([0, 2]);
  const [tripled, gate] = valuesOf(f({ x }));
  assert.deepEqual(tripled, [0, 6]);
  assertClose(gate as number[], [1, Math.exp(2)], 1e-6);
  f.dispose();
  x.dispose();
  const backend = nativeBackend();
  if (!backend) return;
  const y = tf.tensor1d([1]);
  tf.tidy(() => {
    const { nodes } = record(backend, [y], [], () => {
      const gate = tf.exp(y);
      return tf.sin(after([y], gate)[0] as tf.Tensor);
    }).recording;
    assert.deepEqual(nodes.map(({ operation }) => operation), [
      "Placeholder",
      "Exp",
      "Identity",
      "Sin",
    ]);
    assert.deepEqual(nodes[2]?.controls, [1]);
  });
  y.dispose();
});
