/** The place of the first number that is NaN or infinite, or −1 where all are finite. */
export function firstNotFinite(numbers: ArrayLike<number>): number {
  // 0 times a finite number is 0; of anything else the sum is NaN. Faster than to ask each.
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) sum += (numbers[i] as number) * 0;
  if (sum === 0) return -1;
  for (let i = 0; i < numbers.length; i++) if (!Number.isFinite(numbers[i])) return i;
  return -1;
}
