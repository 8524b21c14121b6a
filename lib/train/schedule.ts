/**
 * The factor on the learning rate at a step: linear warm-up, then half a cosine down to zero.
 *
 * `step` counts from 0. Source: transformers, optimization.py (get_cosine_schedule_with_warmup).
 */
export function warmupCosine(step: number, warmup: number, steps: number): number {
  if (step < warmup) return step / Math.max(1, warmup);
  return 0.5 * (1 + Math.cos(Math.PI * (step - warmup) / Math.max(1, steps - warmup)));
}
