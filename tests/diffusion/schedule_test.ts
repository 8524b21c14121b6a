import assert from "node:assert/strict";
import { tf } from "unidiff/runtime/tf.ts";
import { sdSchedule } from "unidiff/diffusion/config.ts";
import { ddim, guided, leadingTimesteps } from "unidiff/diffusion/samplers.ts";
import { addNoise, makeSchedule } from "unidiff/diffusion/schedule.ts";
import { onBackends } from "../backends.ts";
import { assertClose, loadCase, tensorOf } from "../golden.ts";
import { assertOutput, picture } from "../parity.ts";

interface SamplerJson {
  timesteps: Record<string, number[]>;
  add_noise_t: number[];
}

onBackends("schedule and added noise equal diffusers", async () => {
  const { io, json } = await loadCase<unknown, SamplerJson>("samplers");
  const schedule = makeSchedule(sdSchedule);
  assertClose(schedule.alphasCumprod, tensorOf(io, "alphas_cumprod").data, 1e-6, "ᾱ");
  tf.tidy(() => {
    const noisy = addNoise(
      schedule,
      picture(io, "add_noise_x0"),
      picture(io, "add_noise_eps"),
      json.add_noise_t,
    );
    assertOutput(io, "add_noise_out", noisy);
  });
});

Deno.test("leadingTimesteps refuses a number of steps that cannot be", () => {
  assert.deepEqual(leadingTimesteps(1000, 4), [751, 501, 251, 1]);
  assert.throws(() => leadingTimesteps(1000, 0), /expected 1 to 1000, found 0/);
});

onBackends("guidance of 1 is the caption's noise, of 0 the empty caption's", () => {
  tf.tidy(() => {
    const both = (x: tf.Tensor4D) => tf.mul(x, tf.tensor4d([2, 5], [2, 1, 1, 1])) as tf.Tensor4D;
    const x = tf.tensor4d([1], [1, 1, 1, 1]);
    for (const [scale, expected] of [[1, 5], [0, 2], [3, 11]] as const) {
      assertClose(guided(both, scale)(x, 0).dataSync(), [expected], 1e-6);
    }
  });
});

for (const steps of [10, 50]) {
  onBackends(`ddim in ${steps} steps equals diffusers on a known denoiser`, async () => {
    const { io, json } = await loadCase<unknown, SamplerJson>("samplers");
    assert.deepEqual(leadingTimesteps(1000, steps), json.timesteps[`ddim_${steps}`]);
    const start = picture(io, "x_T");
    const denoise = (x: tf.Tensor4D, t: number) =>
      tf.add(tf.mul(x, 0.9 * Math.cos(t / 200)), 0.1) as tf.Tensor4D;
    const clean = await ddim(denoise, start, makeSchedule(sdSchedule), steps);
    assertOutput(io, `ddim_${steps}`, clean, 1e-4);
    tf.dispose([start, clean]);
  });
}
