import assert from "node:assert/strict";
import { tf } from "unidiff/runtime/tf.ts";
import { compiled } from "unidiff/runtime/compiled.ts";
import { nativeBackend } from "unidiff/runtime/native.ts";
import { derived, record } from "unidiff/runtime/recorder.ts";
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
    const inputs = [{ name: "input0", id: backend.getInputTensorIds([x])[0] as number, type: 1 }];
    tf.tidy(() => {
      const sum = () => tf.add(tf.add(tf.mul(x, 2), tf.sin(x)), x);
      const { nodes } = record(backend, inputs, [], sum).recording;
      const additions = nodes.filter(({ operation }) => operation.startsWith("Add"));
      assert.equal(additions.length, 2);
      for (const { inputs } of additions) assert.ok(inputs.includes("^input0"), inputs.join());
    });
    x.dispose();
  },
);
