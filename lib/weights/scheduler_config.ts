/** The noise schedule and the sampler of a pipeline's scheduler_config.json. */
import { z } from "zod";
import {
  predictions,
  type SamplerName,
  type SamplerOptions,
  type ScheduleConfig,
  spacings,
} from "../model/mod.ts";
import { type Allowed, optionIssues, readOptions, size } from "./options.ts";

/** What a scheduler_config.json says. */
export interface PublishedScheduler {
  readonly schedule: ScheduleConfig;
  readonly sampler: SamplerName;
  /** How that sampler walks, but for the number of steps. */
  readonly options: Pick<SamplerOptions, "spacing" | "offset" | "last">;
}

type Json = Record<string, unknown>;

const common = {
  num_train_timesteps: size.default(1000),
  beta_start: z.number().default(0.0001),
  beta_end: z.number().default(0.02),
  beta_schedule: z.enum(["linear", "scaled_linear"]).default("linear"),
  prediction_type: z.enum(predictions).default("epsilon"),
  steps_offset: z.number().int().min(0).default(0),
  timestep_spacing: z.enum(spacings),
  set_alpha_to_one: z.boolean(),
  clip_sample: z.literal(false),
  skip_prk_steps: z.literal(true),
  use_karras_sigmas: z.boolean().nullable().default(false),
};
const fixed: Record<string, Allowed> = {
  algorithm_type: ["dpmsolver++"],
  euler_at_final: [false, true],
  final_sigmas_type: ["zero"],
  interpolation_type: ["linear"],
  // Written as "-Infinity" or null by different versions.
  lambda_min_clipped: [null, "-Infinity", "-inf"],
  lower_order_final: [true, false],
  rescale_betas_zero_snr: [false],
  sigma_max: [null],
  sigma_min: [null],
  solver_order: [2],
  solver_type: ["midpoint"],
  thresholding: [false],
  timestep_type: ["discrete"],
  trained_betas: [null],
  use_beta_sigmas: [false, null],
  use_dynamic_shifting: [false],
  use_exponential_sigmas: [false, null],
  use_flow_sigmas: [false],
  use_lu_lambdas: [false],
  variance_type: ["fixed_small", null],
};
/** Read only where thresholding, clipping, dynamic or flow shifting is on. */
const idle = [
  "clip_sample_range",
  "dynamic_thresholding_ratio",
  "flow_shift",
  "sample_max_value",
  "time_shift_type",
];

/** A diffusers class: its sampler, the defaults that differ, and the options that it alone reads. */
interface Kind {
  readonly sampler: SamplerName;
  readonly defaults: Json;
  /** Of the options that not every class reads, those that this one does. */
  readonly reads: readonly string[];
}

const plain = { timestep_spacing: "leading", set_alpha_to_one: false };
const sigmas = { timestep_spacing: "linspace", set_alpha_to_one: false };
const kinds: Record<string, Kind> = {
  DDPMScheduler: {
    sampler: "ddpm",
    defaults: { ...plain, clip_sample: true },
    reads: ["clip_sample", "variance_type", "thresholding", "rescale_betas_zero_snr"],
  },
  DDIMScheduler: {
    sampler: "ddim",
    defaults: { ...plain, clip_sample: true, set_alpha_to_one: true },
    reads: ["clip_sample", "set_alpha_to_one", "thresholding", "rescale_betas_zero_snr"],
  },
  PNDMScheduler: {
    sampler: "pndm",
    defaults: { ...plain, skip_prk_steps: false },
    reads: ["skip_prk_steps", "set_alpha_to_one"],
  },
  EulerDiscreteScheduler: {
    sampler: "euler",
    defaults: sigmas,
    reads: [
      ...["final_sigmas_type", "interpolation_type", "rescale_betas_zero_snr", "sigma_max"],
      ...["sigma_min", "timestep_type", "use_beta_sigmas", "use_exponential_sigmas"],
      "use_karras_sigmas",
    ],
  },
  EulerAncestralDiscreteScheduler: {
    sampler: "euler-ancestral",
    defaults: sigmas,
    reads: ["rescale_betas_zero_snr"],
  },
  DPMSolverMultistepScheduler: {
    sampler: "dpm-solver++",
    defaults: sigmas,
    reads: [
      ...["algorithm_type", "final_sigmas_type", "lambda_min_clipped", "rescale_betas_zero_snr"],
      ...["solver_order", "solver_type", "thresholding", "use_beta_sigmas", "use_flow_sigmas"],
      ...["use_dynamic_shifting", "use_exponential_sigmas", "use_karras_sigmas"],
      ...["use_lu_lambdas", "euler_at_final", "lower_order_final"],
    ],
  },
};
/** Options that some class reads and another leaves aside, as published files carry them along. */
const particular = new Set(Object.values(kinds).flatMap(({ reads }) => reads));

/**
 * Reads a scheduler_config.json; what it leaves out has the default of its class in diffusers.
 *
 * Throws on a class and on options that are not supported, by name and value. Options of other
 * classes, which the class of the file does not read, are passed over.
 */
export function schedulerConfig(json: unknown): PublishedScheduler {
  const what = "scheduler_config.json", name = (json as Json | null)?._class_name;
  const kind = kinds[String(name)];
  if (kind === undefined) {
    throw new Error(
      `${what} is not supported: _class_name is ${JSON.stringify(name)}, expected ` +
        Object.keys(kinds).join(", "),
    );
  }
  const { defaults, reads, sampler } = kind;
  const given = Object.fromEntries(
    Object.entries(json as Json).filter(([key]) => !particular.has(key) || reads.includes(key)),
  );
  const missing = { clip_sample: false, skip_prk_steps: true, ...defaults };
  const issuesOf = () => optionIssues(given, { read: Object.keys(common), fixed, harmless: idle });
  const c = readOptions(
    what,
    { ...missing, ...given },
    z.object(common),
    issuesOf,
    (c) =>
      sampler === "euler" && c.use_karras_sigmas
        ? ["use_karras_sigmas is true, expected false with Euler's method"]
        : [],
  );
  return {
    schedule: {
      steps: c.num_train_timesteps,
      betaStart: c.beta_start,
      betaEnd: c.beta_end,
      // The defaults stay unsaid, so that a configuration has one form.
      ...(c.beta_schedule === "linear" && { kind: "linear" }),
      ...(c.prediction_type !== "epsilon" && { prediction: c.prediction_type }),
    },
    sampler: c.use_karras_sigmas ? "dpm-solver++-karras" : sampler,
    options: {
      spacing: c.timestep_spacing,
      offset: c.steps_offset,
      last: c.set_alpha_to_one ? "one" : "first",
    },
  };
}
