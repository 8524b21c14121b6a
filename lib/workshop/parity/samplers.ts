import { z } from "zod";
import { tf } from "../../runtime/mod.ts";
import {
  addNoise,
  type Denoiser,
  makeSchedule,
  minSnrWeights,
  type SamplerName,
  samplers,
  sdSchedule,
  velocity,
} from "../../model/mod.ts";
import { nchwToNhwc, type PublishedScheduler, schedulerConfig } from "../../weights/mod.ts";
import { compare, type Comparison, type Tolerances } from "./compare.ts";
import { expectTensors, type Reference, shaped } from "./reference.ts";
import { settings } from "./settings.ts";
import { compareOutput, picture } from "./tensors.ts";

const MODEL = "eps(x,t) = 0.9 x cos(t/200) + 0.1";
const json = z.strictObject({
  timesteps: z.record(z.string(), z.array(z.number())),
  model: z.literal(MODEL),
  add_noise_t: z.array(z.number()),
  note: z.string().optional(),
});

/** The reference's names of walks, such as "ddim_eta0.5_20": sampler, η, steps. */
const WALK = /^(ddpm|ddim|pndm|euler|euler_a|dpmpp_2m|dpmpp_2m_karras)(?:_eta([\d.]+))?_(\d+)$/;
const SNR = /^min_snr([\d.]+)_(eps|v)_weight$/;
const samplerNames: Record<string, SamplerName> = {
  ddpm: "ddpm",
  ddim: "ddim",
  pndm: "pndm",
  euler: "euler",
  euler_a: "euler-ancestral",
  dpmpp_2m: "dpm-solver++",
  dpmpp_2m_karras: "dpm-solver++-karras",
};

/** The schedule, and how samplers walk, of a case. */
type Setting = Pick<PublishedScheduler, "schedule" | "options">;

/**
 * Every sampler on a known function, added noise, velocity and weights; with Stable Diffusion v1's
 * schedule, or that of a scheduler's config.json in the folder, whose prediction and spacing hold for
 * all samplers.
 */
export async function checkSamplers(
  reference: Reference,
  tolerances: Tolerances,
): Promise<Comparison[]> {
  const { timesteps, add_noise_t: times } = settings(json, reference.json, "io.json");
  const all = [...reference.io.keys()];
  const walks = Object.keys(timesteps), weights = all.filter((name) => SNR.test(name));
  const noises = walks.filter((walk) => drawsNoise(walk)).map((walk) => `${walk}_noise`);
  const pair = ["add_noise_x0", "add_noise_eps", "add_noise_out", "velocity"];
  expectTensors(reference, [
    ...["alphas_cumprod", "x_T", ...pair, ...walks, ...noises, ...weights],
  ]);
  const setting: Setting = reference.config === undefined
    ? { schedule: sdSchedule, options: {} }
    : schedulerConfig(reference.config);
  const schedule = makeSchedule(setting.schedule), steps = schedule.alphasCumprod.length;
  const compared: Comparison[] = [];
  const against = (name: string, values: ArrayLike<number>) =>
    compared.push(
      compare(name, values, shaped(reference.io, name, [steps]).data, tolerances.output),
    );
  against("alphas_cumprod", schedule.alphasCumprod);
  for (const name of weights) {
    const [, gamma, kind] = SNR.exec(name) as unknown as [string, string, string];
    const every = Array.from({ length: steps }, (_, t) => t);
    const prediction = kind === "v" ? "v_prediction" : "epsilon";
    against(name, minSnrWeights(schedule, every, Number(gamma), prediction));
  }
  tf.tidy(() => {
    const clean = shaped(reference.io, "add_noise_x0", [times.length, ...any(3)]);
    const noise = picture(shaped(reference.io, "add_noise_eps", clean.shape)), x0 = picture(clean);
    for (const [name, f] of [["add_noise_out", addNoise], ["velocity", velocity]] as const) {
      const actual = f(schedule, x0, noise, times);
      compared.push(compareOutput(reference.io, name, actual, tolerances.output));
    }
  });
  for (const walk of walks) {
    compared.push(
      ...await checkWalk(reference, setting, walk, timesteps[walk] as number[], tolerances),
    );
  }
  return compared;
}

/** A shape of `rank` axes of any size. */
function any(rank: number): undefined[] {
  return Array.from({ length: rank }, () => undefined);
}

function drawsNoise(walk: string): boolean {
  const [, sampler, eta] = WALK.exec(walk) ?? [];
  return sampler === "ddpm" || sampler === "euler_a" || Number(eta ?? 0) > 0;
}

/** One sampler: the time steps at which it asks, and the latents at which it ends. */
async function checkWalk(
  reference: Reference,
  { schedule, options }: Setting,
  walk: string,
  expected: readonly number[],
  tolerances: Tolerances,
): Promise<Comparison[]> {
  const match = WALK.exec(walk);
  if (!match) throw new Error(`io.json, timesteps: no sampler is known by the name "${walk}"`);
  const [, sampler, eta, steps] = match as unknown as [string, string, string, string];
  const asked: number[] = [];
  const denoise: Denoiser = (x, t) => {
    asked.push(t);
    return tf.add(tf.mul(x, 0.9 * Math.cos(t / 200)), 0.1) as tf.Tensor4D;
  };
  const start = picture(shaped(reference.io, "x_T", any(4)));
  const drawn = await samplers[samplerNames[sampler] as SamplerName](
    denoise,
    start,
    makeSchedule(schedule),
    {
      ...options,
      steps: Number(steps),
      eta: Number(eta ?? 0),
      prediction: schedule.prediction ?? "epsilon",
      noise: (i) => noiseOf(reference, walk, i),
    },
  );
  const compared = [
    compare(`timesteps.${walk}`, asked, expected, 0),
    compareOutput(reference.io, walk, drawn, tolerances.trajectory),
  ];
  tf.dispose([start, drawn]);
  return compared;
}

/** The draw of step `i`: row i of [steps, n, c, h, w]. */
function noiseOf(reference: Reference, walk: string, i: number): tf.Tensor4D {
  const { shape, data } = shaped(reference.io, `${walk}_noise`, any(5));
  const size = data.length / (shape[0] as number);
  const row = Float32Array.from(data.subarray(i * size, (i + 1) * size));
  const laid = nchwToNhwc(row, shape.slice(1));
  return tf.tensor(laid.data, laid.shape) as unknown as tf.Tensor4D;
}
