import assert from "node:assert/strict";
import { tf } from "unidiff/runtime/tf.ts";
import { sdSchedule } from "unidiff/model/diffusion/config.ts";
import {
  type Denoiser,
  guided,
  type SamplerName,
  samplerOf,
  samplers,
} from "unidiff/model/diffusion/samplers/mod.ts";
import { cleanOf, noiseOf } from "unidiff/model/diffusion/samplers/prediction.ts";
import { karrasSigmas, sigmaAt, timestepAt } from "unidiff/model/diffusion/samplers/sigmas.ts";
import { roundHalfEven, timestepsOf } from "unidiff/model/diffusion/samplers/timesteps.ts";
import { makeSchedule } from "unidiff/model/diffusion/schedule.ts";
import { stream } from "unidiff/runtime/random.ts";
import { onBackends } from "../../backends.ts";
import { assertClose } from "../../golden.ts";
import { assertCase } from "../../parity.ts";

const schedule = makeSchedule(sdSchedule);
const names = Object.keys(samplers) as SamplerName[];

Deno.test("timestepsOf() spreads steps as diffusers does", () => {
  assert.deepEqual(timestepsOf(1000, 4), [751, 501, 251, 1]);
  assert.deepEqual(timestepsOf(1000, 3, "leading", 0), [666, 333, 0]);
  // 166.5 and 499.5 are rounded to the even neighbour, as numpy does.
  assert.deepEqual(timestepsOf(1000, 7, "linspace"), [999, 832, 666, 500, 333, 166, 0]);
  assert.deepEqual(timestepsOf(1000, 3, "trailing"), [999, 666, 332]);
  assert.deepEqual([0.5, 1.5, 2.4, -0.5].map(roundHalfEven), [0, 2, 2, 0].map((x) => x || 0));
  assert.throws(() => timestepsOf(1000, 0), /expected 1 to 1000, found 0/);
});

Deno.test("timestepAt() undoes sigmaAt(); karrasSigmas() keeps both ends", () => {
  for (const t of [0, 1, 500, 998, 999]) {
    assert.ok(Math.abs(timestepAt(schedule, sigmaAt(schedule, t)) - t) < 1e-3, String(t));
  }
  assert.equal(timestepAt(schedule, 1e9), 999);
  assert.equal(timestepAt(schedule, 0), 0);
  const sigmas = karrasSigmas(14, 0.03, 5);
  assertClose([sigmas[0]!, sigmas[4]!], [14, 0.03], 1e-12);
  assert.ok(sigmas.every((s, i) => i === 0 || s < sigmas[i - 1]!));
});

onBackends("every sampler equals diffusers on a known denoiser", () => assertCase("samplers"));

onBackends("guidance of 1 is the caption's noise, of 0 the empty caption's", () => {
  tf.tidy(() => {
    const both = (x: tf.Tensor4D) => tf.mul(x, tf.tensor4d([2, 5], [2, 1, 1, 1])) as tf.Tensor4D;
    const x = tf.tensor4d([1], [1, 1, 1, 1]);
    for (const [scale, expected] of [[1, 5], [0, 2], [3, 11]] as const) {
      assertClose(guided(both, scale)(x, 0).dataSync(), [expected], 1e-6);
    }
  });
});

onBackends("noiseOf() and cleanOf() recover both from either prediction", () => {
  tf.tidy(() => {
    const four = (values: number[]) => tf.tensor4d(values, [1, 1, 1, 3]);
    const clean = four([1, -2, 0.5]), noise = four([0.3, 0.1, -1]), a = 0.36;
    const x = tf.add(tf.mul(clean, 0.6), tf.mul(noise, 0.8)) as tf.Tensor4D;
    const v = tf.sub(tf.mul(noise, 0.6), tf.mul(clean, 0.8)) as tf.Tensor4D;
    for (const [output, prediction] of [[noise, "epsilon"], [v, "v_prediction"]] as const) {
      assertClose(noiseOf(output, x, a, prediction).dataSync(), noise.dataSync(), 1e-6);
      assertClose(cleanOf(output, x, a, prediction).dataSync(), clean.dataSync(), 1e-6);
    }
  });
});

/** The true noise in latents that come from one known picture: every exact solver must find it. */
const shape: [number, number, number, number] = [1, 2, 2, 1];
const picture = Float32Array.of(0.5, -1, 2, 0.1);
const oracle = (prediction: "epsilon" | "v_prediction"): Denoiser => (x, t) => {
  const low = Math.floor(t), a = schedule.alphasCumprod;
  const alpha = (a[low] as number) * (1 - t + low) +
    (a[Math.min(low + 1, 999)] as number) * (t - low);
  const clean = tf.tensor4d(picture, shape);
  const noise = tf.div(tf.sub(x, tf.mul(clean, Math.sqrt(alpha))), Math.sqrt(1 - alpha));
  return (prediction === "epsilon"
    ? noise
    : tf.sub(tf.mul(noise, Math.sqrt(alpha)), tf.mul(clean, Math.sqrt(1 - alpha)))) as tf.Tensor4D;
};
const noise = (i: number) => tf.tensor4d(stream(3, "noise", i).normals(4), shape);

for (const name of names) {
  onBackends(`${name} finds the one picture there is, from noise and from v`, async () => {
    const start = noise(-1);
    for (const prediction of ["epsilon", "v_prediction"] as const) {
      // Where a solver ends at the first ᾱ of the schedule, its share of noise is left: 0.03.
      const options = { steps: 20, prediction, noise, last: "one" as const };
      const drawn = await samplers[name](oracle(prediction), start, schedule, options);
      assertClose(drawn.dataSync(), picture, 0.02, prediction);
      drawn.dispose();
    }
    start.dispose();
  });
}

onBackends("a sampler's tensors do not grow, and none is read on the way", async () => {
  const start = noise(-1);
  for (const name of names) {
    const counts: number[] = [];
    let reads = 0;
    const backend = tf.backend(), { read, readSync } = backend;
    backend.read = (...all) => (reads++, read.apply(backend, all));
    backend.readSync = (...all) => (reads++, readSync.apply(backend, all));
    try {
      const drawn = await samplers[name](oracle("epsilon"), start, schedule, {
        steps: 12,
        noise,
        onStep: () => void counts.push(tf.memory().numTensors),
      });
      drawn.dispose();
    } finally {
      Object.assign(backend, { read, readSync });
    }
    assert.equal(reads, 0, name);
    // Multistep methods remember up to three predictions.
    assert.equal(new Set(counts.slice(4, -1)).size, 1, `${name}: ${counts}`);
    assert.ok(counts.at(-1)! - counts[0]! <= 3, `${name}: ${counts}`);
  }
  start.dispose();
});

onBackends("a sampler that fails frees what it made", async () => {
  const start = noise(-1), before = tf.memory().numTensors;
  const broken: Denoiser = (x, t) => {
    if (t < 500) throw new Error("broken");
    return tf.clone(x);
  };
  for (const name of names) {
    await assert.rejects(
      samplers[name](broken, start, schedule, { steps: 9, noise }),
      /broken/,
    );
    assert.equal(tf.memory().numTensors, before, name);
  }
  start.dispose();
});

onBackends("the same noise gives the same latents, other noise others", async () => {
  const start = noise(-1);
  const draw = async (name: SamplerName, shift: number) => {
    const denoise: Denoiser = (x) => tf.mul(x, 0.5) as tf.Tensor4D;
    const drawn = await samplers[name](denoise, start, schedule, {
      steps: 5,
      eta: 0.5,
      noise: (i) => noise(i + shift),
    });
    const values = [...drawn.dataSync()];
    drawn.dispose();
    return values;
  };
  for (const name of ["ddpm", "ddim", "euler-ancestral"] as const) {
    assert.deepEqual(await draw(name, 0), await draw(name, 0));
    assert.notDeepEqual(await draw(name, 0), await draw(name, 100));
  }
  start.dispose();
});

Deno.test("samplers refuse an unknown name, missing noise and impossible steps", async () => {
  assert.throws(() => samplerOf("heun"), /sampler "heun" is not known; expected one of ddpm, ddim/);
  const start = noise(-1), denoise: Denoiser = (x) => tf.clone(x);
  await assert.rejects(
    samplers.ddpm(denoise, start, schedule, { steps: 3 }),
    /ddpm: expected a source of noise, found none/,
  );
  for (const name of names) {
    await assert.rejects(
      async () => await samplers[name](denoise, start, schedule, { steps: 1001, noise }),
      /sampling steps: expected 1 to (1000|999), found 1001/,
    );
  }
  start.dispose();
});
