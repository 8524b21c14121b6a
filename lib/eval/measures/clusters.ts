/** Which product each query is of: queries of one product are no independent ones. */

/** The number of each name among all names in order; of those at some places where `at` says so. */
export function numbered(names: readonly string[], at?: readonly number[]): number[] {
  const order = new Map([...new Set(names)].sort().map((name, i) => [name, i]));
  const numbers = names.map((name) => order.get(name) as number);
  return at === undefined ? numbers : at.map((i) => numbers[i] as number);
}
