/** A batch in parts gives what the whole gives, in a graph and nowhere else. */
import assert from "node:assert/strict";
import { nano } from "unidiff/model/config.ts";
import { textTower } from "unidiff/model/clip/text.ts";
import { unet, unetSpecs } from "unidiff/model/diffusion/unet.ts";
import { clipSpecs } from "unidiff/model/clip/clip.ts";
import { valueAndGrads } from "unidiff/model/nn/backward.ts";
import { inParts } from "unidiff/model/nn/in_parts.ts";
import type { Params } from "unidiff/model/nn/params.ts";
import { compiled } from "unidiff/runtime/compiled.ts";
import { stream } from "unidiff/runtime/random.ts";
import { tf } from "unidiff/runtime/tf.ts";
import { repeatedParams } from "unidiff/study/memory/random_model.ts";
import { onBackends } from "../../backends.ts";
import { assertClose } from "../../golden.ts";

/** The sizes of the parts that `f` is asked for. */
function partsOf(batch: number): number[] {
  const sizes: number[] = [], x = tf.ones([batch, 2]);
  const run = compiled((i: { x: tf.Tensor }) => [
    inParts(batch, (part) => {
      const mine = part.of(i.x);
      sizes.push(mine.shape[0] as number);
      return { mine };
    }).mine,
  ]);
  const [all] = run({ x });
  assert.deepEqual(all!.shape, [batch, 2]);
  tf.dispose([all!, x]);
  run.dispose();
  return sizes;
}

function withSideBySide<T>(count: string, f: () => T): T {
  const before = Deno.env.get("TF_NUM_INTEROP_THREADS");
  Deno.env.set("TF_NUM_INTEROP_THREADS", count);
  try {
    return f();
  } finally {
    if (before === undefined) Deno.env.delete("TF_NUM_INTEROP_THREADS");
    else Deno.env.set("TF_NUM_INTEROP_THREADS", before);
  }
}

onBackends("a batch is divided in a graph, by as many operations as run at a time", () => {
  const graphs = tf.getBackend() === "tensorflow";
  assert.deepEqual(withSideBySide("2", () => partsOf(5)), graphs ? [2, 3] : [5]);
  assert.deepEqual(withSideBySide("3", () => partsOf(2)), graphs ? [1, 1] : [2]);
  assert.deepEqual(withSideBySide("1", () => partsOf(5)), [5]);
});

onBackends(
  "UNet and towers in parts give value and gradients of the whole, for each call's time steps",
  () => {
    if (tf.getBackend() !== "tensorflow") return;
    const before = tf.memory().numTensors, c = nano, n = 5;
    const p = repeatedParams({ ...clipSpecs(c.clip), ...unetSpecs(c.unet) }, 0);
    const latents = tf.tensor4d(stream(1, "x").normals(n * 8 * 8 * 4), [n, 8, 8, 4]);
    const { contextLength, endOfText } = c.clip.text;
    const ids = Int32Array.from(
      { length: n * contextLength },
      (_, i) => i % contextLength > 6 ? endOfText : 1 + i % 300,
    );
    // A softmax does not change with the keys' bias: that gradient is rounding alone.
    const names = Object.keys(p).filter((name) =>
      !/^(vision|visual|logit|text_proj)|k_proj\.bias/.test(name)
    );
    const run = compiled((i: { p: Params; latents: tf.Tensor4D; timesteps: Int32Array }) => {
      const loss = () => {
        const { states } = textTower(i.p, c.clip.text, { ids, count: n });
        const { noise, middle } = unet(i.p, c.unet, { ...i, states });
        return tf.add(tf.mean(tf.square(noise)), tf.mean(middle)) as tf.Scalar;
      };
      const { value, grads } = valueAndGrads(loss, names.map((name) => i.p[name] as tf.Tensor));
      return [value, ...grads.map((grad) => grad as tf.Tensor)];
    });
    const at = (timesteps: Int32Array) => {
      const found = run({ p, latents, timesteps }), values = found.map((t) => [...t.dataSync()]);
      tf.dispose(found);
      return values;
    };
    const early = Int32Array.of(10, 20, 30, 40, 50), late = early.map((t) => 999 - t);
    const whole = withSideBySide("1", () => [at(early), at(late)]);
    run.dispose();
    const parts = withSideBySide("2", () => [at(early), at(late)]);
    run.dispose();
    assert.notEqual(whole[0]![0]![0], whole[1]![0]![0]);
    for (const [call, values] of whole.entries()) {
      for (const [i, expected] of values.entries()) {
        assertClose(parts[call]![i]!, expected, 2e-5, `${["value", ...names][i]}, call ${call}`);
      }
    }
    tf.dispose([p, latents]);
    assert.equal(tf.memory().numTensors, before);
  },
);
