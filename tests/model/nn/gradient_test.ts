/** Every hand-written gradient against finite differences in the direction of a random vector. */
import assert from "node:assert/strict";
import { tf } from "unidiff/runtime/tf.ts";
import { nativeBackend } from "unidiff/runtime/native.ts";
import { stream } from "unidiff/runtime/random.ts";
import { record } from "unidiff/runtime/recorder.ts";
import { geglu, gelu, quickGelu, silu } from "unidiff/model/nn/activation.ts";
import { attention, causalMask } from "unidiff/model/nn/attention.ts";
import { valueAndGrads } from "unidiff/model/nn/backward.ts";
import { matrixProduct } from "unidiff/model/nn/matmul.ts";
import { groupNorm, layerNorm } from "unidiff/model/nn/norm.ts";
import { itcLoss } from "unidiff/losses/itc.ts";
import { rscLoss } from "unidiff/losses/rsc.ts";
import { onBackends } from "../../backends.ts";
import { assertClose } from "../../golden.ts";

const draw = (name: string, shape: number[]) =>
  tf.tensor(stream(3, name).normals(shape.reduce((a, b) => a * b, 1)), shape);

/** Asserts that the gradient of Σ f·w has the slope that f has along random directions. */
function assertSlope(name: string, inputs: tf.Tensor[], f: (...x: tf.Tensor[]) => tf.Tensor): void {
  tf.tidy(() => {
    const weight = draw(`${name} weight`, f(...inputs).shape);
    const loss = (...x: tf.Tensor[]) => tf.sum(tf.mul(f(...x), weight)) as tf.Scalar;
    const grads = tf.grads(loss)(inputs);
    for (const [i, grad] of grads.entries()) {
      const direction = draw(`${name} ${i}`, (inputs[i] as tf.Tensor).shape);
      const h = 1e-2;
      const at = (step: number) =>
        loss(...inputs.map((x, j) => i === j ? tf.add(x, tf.mul(direction, step)) : x))
          .dataSync()[0] as number;
      // Richardson's extrapolation of the central difference: the error is of fourth order.
      const central = (step: number) => (at(step) - at(-step)) / (2 * step);
      const slope = (4 * central(h) - central(2 * h)) / 3;
      const found = tf.sum(tf.mul(grad, direction)).dataSync()[0] as number;
      const scale = Math.max(Math.abs(slope), tf.norm(grad).dataSync()[0] as number);
      assert.ok(
        Math.abs(found - slope) <= 5e-3 * scale + 1e-4,
        `${name}, input ${i}: gradient says ${found}, differences say ${slope}`,
      );
    }
  });
}

onBackends("activations have the gradients of finite differences", () => {
  const x = draw("x", [4, 6]);
  for (const [name, f] of Object.entries({ geglu, gelu, quickGelu, silu })) {
    assertSlope(name, [x], f);
  }
  x.dispose();
});

onBackends(
  "matrixProduct has the values of tf.matMul and the gradients of finite differences",
  () => {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        const a = draw("ma", transposeA ? [4, 3] : [3, 4]) as tf.Tensor2D;
        const b = draw("mb", transposeB ? [5, 4] : [4, 5]) as tf.Tensor2D;
        tf.tidy(() =>
          assertClose(
            matrixProduct(a, b, transposeA, transposeB).dataSync(),
            tf.matMul(a, b, transposeA, transposeB).dataSync(),
            1e-6,
          )
        );
        assertSlope(
          `matrixProduct ${transposeA} ${transposeB}`,
          [a, b],
          (a, b) => matrixProduct(a as tf.Tensor2D, b as tf.Tensor2D, transposeA, transposeB),
        );
        tf.dispose([a, b]);
      }
    }
  },
);

onBackends("norms have the gradients of finite differences", () => {
  const picture = draw("p", [2, 3, 2, 6]), gamma = draw("g", [6]), beta = draw("b", [6]);
  assertSlope(
    "groupNorm",
    [picture, gamma, beta],
    (x, g, b) => groupNorm({ "n.weight": g, "n.bias": b } as never, "n", x as tf.Tensor4D, 3, 1e-5),
  );
  assertSlope(
    "layerNorm",
    [picture, gamma, beta],
    (x, g, b) => layerNorm({ "n.weight": g, "n.bias": b } as never, "n", x),
  );
  tf.dispose([picture, gamma, beta]);
});

onBackends("attention and losses have the gradients of finite differences", () => {
  const q = draw("q", [2, 3, 4]), k = draw("k", [2, 5, 4]), v = draw("v", [2, 5, 4]);
  assertSlope(
    "attention",
    [q, k, v],
    (q, k, v) => attention(q as tf.Tensor3D, k as tf.Tensor3D, v as tf.Tensor3D, 2),
  );
  assertSlope(
    "causal attention",
    [k, v],
    (k, v) => attention(k as tf.Tensor3D, k as tf.Tensor3D, v as tf.Tensor3D, 2, causalMask(5)),
  );
  const a = draw("a", [4, 3]), b = draw("b2", [4, 3]), s = tf.scalar(0.3);
  assertSlope(
    "itcLoss",
    [a, b, s],
    (a, b, s) => itcLoss(a as tf.Tensor2D, b as tf.Tensor2D, s as tf.Scalar),
  );
  assertSlope(
    "rscLoss c2d, the student's side",
    [b],
    (b) =>
      rscLoss(a as tf.Tensor2D, b as tf.Tensor2D, {
        temperature: 0.5,
        direction: "c2d",
        centre: true,
      }),
  );
  tf.dispose([q, k, v, a, b, s]);
});

onBackends(
  "attention in pieces is attention, in value and gradient, and one piece after the other",
  () => {
    const q = draw("q", [2, 7, 4]), k = draw("k", [2, 5, 4]), v = draw("v", [2, 5, 4]);
    const dy = draw("dy", [2, 7, 4]);
    const of = (largest?: number) => (q: tf.Tensor, k: tf.Tensor, v: tf.Tensor) =>
      attention(q as tf.Tensor3D, k as tf.Tensor3D, v as tf.Tensor3D, 2, undefined, largest);
    const bytes = 2 * 2 * 7 * 5 * 4; // of all scores
    tf.tidy(() => {
      const whole = valueAndGrads(() => of()(q, k, v), [q, k, v], dy);
      for (const largest of [bytes - 1, bytes / 3, 1]) { // two, three and seven pieces
        const pieces = valueAndGrads(() => of(largest)(q, k, v), [q, k, v], dy);
        assertClose(
          pieces.value.dataSync(),
          whole.value.dataSync(),
          1e-6,
          `value, ${largest} bytes`,
        );
        for (const i of [0, 1, 2]) {
          const [found, expected] = [pieces.grads[i], whole.grads[i]] as [tf.Tensor, tf.Tensor];
          assertClose(
            found.dataSync(),
            expected.dataSync(),
            1e-5,
            `gradient ${i}, ${largest} bytes`,
          );
        }
      }
    });
    const backend = nativeBackend();
    if (backend) {
      tf.tidy(() => {
        const waits = (largest?: number) =>
          record(backend, [q, k, v], [], () =>
            valueAndGrads(
              () => of(largest)(q, k, v),
              [q, k, v],
              dy,
            ))
            .recording.nodes.filter((n) => n.operation === "Identity" && n.controls.length > 0)
            .length;
        assert.equal(waits(), 0);
        assert.equal(
          waits(bytes / 3),
          2 + 2 * 2,
          "forward the queries, backward they and their gradient",
        );
      });
    }
    tf.dispose([q, k, v, dy]);
  },
);

onBackends("a causal state does not change with what follows", () => {
  tf.tidy(() => {
    const x = draw("c", [1, 4, 4]) as tf.Tensor3D;
    const changed = tf.concat(
      [tf.slice(x, [0, 0, 0], [1, 3, 4]), tf.ones([1, 1, 4])],
      1,
    ) as tf.Tensor3D;
    const first = (
      x: tf.Tensor3D,
    ) => [...tf.slice(attention(x, x, x, 2, causalMask(4)), [0, 0, 0], [1, 3, 4]).dataSync()];
    assert.deepEqual(first(x), first(changed));
  });
});
