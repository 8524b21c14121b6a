import { ddim } from "./ddim.ts";
import { ddpm } from "./ddpm.ts";
import { dpmSolver } from "./dpm_solver.ts";
import { euler } from "./euler.ts";
import { eulerAncestral } from "./euler_ancestral.ts";
import { pndm } from "./pndm.ts";
import type { Sampler } from "./sampler.ts";

export { ddim } from "./ddim.ts";
export { ddpm } from "./ddpm.ts";
export { dpmSolver } from "./dpm_solver.ts";
export { euler } from "./euler.ts";
export { eulerAncestral } from "./euler_ancestral.ts";
export { guided } from "./guidance.ts";
export { pndm } from "./pndm.ts";
export type { Denoiser, Sampler, SamplerOptions } from "./sampler.ts";

/** The samplers by name. */
export const samplers = {
  ddpm,
  ddim,
  pndm,
  euler,
  "euler-ancestral": eulerAncestral,
  "dpm-solver++": dpmSolver,
  "dpm-solver++-karras": (denoise, start, schedule, o) =>
    dpmSolver(denoise, start, schedule, { ...o, karras: true }),
} as const satisfies Record<string, Sampler>;
export type SamplerName = keyof typeof samplers;

/** The sampler called `name`; throws an error that lists those there are. */
export function samplerOf(name: string): Sampler {
  if (!Object.hasOwn(samplers, name)) {
    throw new Error(
      `sampler "${name}" is not known; expected one of ${Object.keys(samplers).join(", ")}`,
    );
  }
  return samplers[name as SamplerName];
}
