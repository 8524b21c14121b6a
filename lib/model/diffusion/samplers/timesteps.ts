/** How time steps are spread (Lin et al. 2024, table 2). */
export const spacings = ["leading", "linspace", "trailing"] as const;
export type Spacing = typeof spacings[number];

/**
 * `count` falling time steps of a schedule with `trainSteps`: "leading" is every ⌊trainSteps/count⌋th
 * from `offset` on, "linspace" runs from the last to 0, "trailing" counts down from the last.
 *
 * Throws on a count outside 1 … trainSteps. Source: diffusers, schedulers/scheduling_ddim.py.
 */
export function timestepsOf(
  trainSteps: number,
  count: number,
  spacing: Spacing = "leading",
  offset = 1,
): number[] {
  checkSteps(count, trainSteps);
  const stride = trainSteps / count, last = trainSteps - 1;
  const at: Record<Spacing, (i: number) => number> = {
    leading: (i) => Math.min(last, (count - 1 - i) * Math.floor(stride) + offset),
    // numpy's linspace has its first value, not its last, where there is only one.
    linspace: (i) => count === 1 ? 0 : roundHalfEven(last * (count - 1 - i) / (count - 1)),
    trailing: (i) => roundHalfEven(trainSteps - i * stride) - 1,
  };
  return Array.from({ length: count }, (_, i) => at[spacing](i));
}

/** Throws where a schedule of `trainSteps` cannot be walked in `steps`. */
export function checkSteps(steps: number, trainSteps: number): void {
  if (!Number.isInteger(steps) || steps < 1 || steps > trainSteps) {
    throw new Error(`sampling steps: expected 1 to ${trainSteps}, found ${steps}`);
  }
}

/** The nearest whole number, the even one of two; numpy rounds so. */
export function roundHalfEven(x: number): number {
  const below = Math.floor(x), rest = x - below;
  return rest < 0.5 || rest === 0.5 && below % 2 === 0 ? below : below + 1;
}
