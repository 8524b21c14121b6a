import assert from "node:assert/strict";
import { tf } from "unidiff/runtime/tf.ts";
import { sdSchedule } from "unidiff/model/diffusion/config.ts";
import {
  addNoise,
  makeSchedule,
  minSnrWeights,
  predictClean,
  predictionTarget,
  velocity,
} from "unidiff/model/diffusion/schedule.ts";
import { onBackends } from "../../backends.ts";
import { assertClose, loadCase, tensorOf } from "../../golden.ts";
import { assertOutput, picture } from "../../parity.ts";

onBackends("schedule, added noise and velocity equal diffusers", async () => {
  const { io, json } = await loadCase<unknown, { add_noise_t: number[] }>("samplers");
  const schedule = makeSchedule(sdSchedule);
  assertClose(schedule.alphasCumprod, tensorOf(io, "alphas_cumprod").data, 1e-6, "ᾱ");
  tf.tidy(() => {
    const clean = picture(io, "add_noise_x0"), noise = picture(io, "add_noise_eps");
    assertOutput(io, "add_noise_out", addNoise(schedule, clean, noise, json.add_noise_t));
    assertOutput(io, "velocity", velocity(schedule, clean, noise, json.add_noise_t));
    assert.equal(predictionTarget("epsilon", schedule, clean, noise, json.add_noise_t), noise);
    const target = predictionTarget("v_prediction", schedule, clean, noise, json.add_noise_t);
    assertOutput(io, "velocity", target);
    const noisy = picture(io, "add_noise_out");
    for (const [output, kind] of [[noise, "epsilon"], [target, "v_prediction"]] as const) {
      const found = predictClean(schedule, noisy, output, json.add_noise_t, kind);
      assertOutput(io, "add_noise_x0", found, 1e-4);
    }
    assert.throws(() => addNoise(schedule, clean, noise, [1000, 0, 0]), /1000 is outside/);
  });
});

Deno.test("makeSchedule() of kind linear multiplies evenly spaced β by hand", () => {
  const schedule = makeSchedule({ steps: 3, betaStart: 0.1, betaEnd: 0.3, kind: "linear" });
  assertClose(schedule.alphasCumprod, [0.9, 0.9 * 0.8, 0.9 * 0.8 * 0.7], 1e-6);
});

Deno.test("minSnrWeights() equals min(SNR, γ)/SNR and min(SNR, γ)/(SNR + 1)", async () => {
  const { io } = await loadCase("samplers");
  const schedule = makeSchedule(sdSchedule), all = Array.from({ length: 1000 }, (_, t) => t);
  const epsilon = minSnrWeights(schedule, all, 5),
    v = minSnrWeights(schedule, all, 5, "v_prediction");
  assertClose(epsilon, tensorOf(io, "min_snr5_eps_weight").data, 2e-5);
  assertClose(v, tensorOf(io, "min_snr5_v_weight").data, 2e-5);
  // ᾱ = 0.9 and 0.1: SNR 9 and 1/9.
  const two = { alphasCumprod: Float32Array.of(0.9, 0.1) };
  assertClose(minSnrWeights(two, [0, 1], 3), [1 / 3, 1], 1e-6);
  assertClose(minSnrWeights(two, [0, 1], 3, "v_prediction"), [0.3, 0.1], 1e-6);
});
