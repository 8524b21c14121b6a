import type { Schedule } from "../schedule.ts";

/**
 * The noise-to-signal ratio σ = √((1 − ᾱ)/ᾱ), on which Karras et al. 2022 parameterise: a picture
 * with noise is x₀ + σ·ε, and the network sees it divided by √(σ² + 1).
 */
export function sigmaOf(alpha: number): number {
  return Math.sqrt((1 - alpha) / alpha);
}

/** The ᾱ that belongs to σ. */
export function alphaOf(sigma: number): number {
  return 1 / (sigma * sigma + 1);
}

/** σ at a time step; between whole steps it runs linearly. */
export function sigmaAt({ alphasCumprod: a }: Schedule, t: number): number {
  const low = Math.min(Math.floor(t), a.length - 1), high = Math.min(low + 1, a.length - 1);
  const below = sigmaOf(a[low] as number), above = sigmaOf(a[high] as number);
  return below + (above - below) * (t - low);
}

/** The time step at which the schedule has σ, interpolated in log σ; clamped to the schedule's ends. */
export function timestepAt({ alphasCumprod: a }: Schedule, sigma: number): number {
  const logarithm = Math.log(Math.max(sigma, 1e-10));
  const at = (i: number) => Math.log(sigmaOf(a[i] as number));
  let low = 0;
  while (low < a.length - 2 && at(low + 1) <= logarithm) low++;
  const share = (logarithm - at(low)) / (at(low + 1) - at(low));
  return low + Math.min(1, Math.max(0, share));
}

/** `count` falling σ from `largest` to `smallest`, evenly spaced in σ^(1/7) (Karras et al. 2022, eq. 5). */
export function karrasSigmas(largest: number, smallest: number, count: number): number[] {
  const first = largest ** (1 / 7), last = smallest ** (1 / 7);
  return Array.from(
    { length: count },
    (_, i) => (first + (count === 1 ? 0 : i / (count - 1)) * (last - first)) ** 7,
  );
}
