/** Splits by product for sets that come without: made from a seed, never through a product. */
import { stream } from "../runtime/mod.ts";
import type { Split } from "./record.ts";

/** Shares of the components that go to validation and to test. */
const VALIDATION = 0.1, TEST = 0.15;

/** A component with more than this share of the pictures goes to training. */
const LARGEST = 0.1;

/** What splits are made of: a picture's product, and what ties it to others. */
export interface Linked {
  readonly product: string;
  readonly links?: readonly string[];
}

/**
 * The component of each item: the smallest of the products that are tied together by links in
 * common, whatever the order of items.
 */
export function components(items: readonly Linked[]): string[] {
  const parent = new Map<string, string>();
  const find = (key: string): string => {
    let root = key;
    while (parent.get(root) !== root) root = parent.get(root) as string;
    for (let at = key; at !== root;) {
      const next = parent.get(at) as string;
      parent.set(at, root);
      at = next;
    }
    return root;
  };
  const unite = (a: string, b: string) => {
    const [x, y] = [find(a), find(b)];
    if (x !== y) parent.set(x < y ? y : x, x < y ? x : y);
  };
  // "p" sorts before "x": the root of a component is always its smallest product.
  for (const { product, links = [] } of items) {
    const key = `p${product}`;
    if (!parent.has(key)) parent.set(key, key);
    for (const link of links) {
      if (!parent.has(`x${link}`)) parent.set(`x${link}`, `x${link}`);
      unite(key, `x${link}`);
    }
  }
  return items.map(({ product }) => find(`p${product}`).slice(1));
}

/**
 * A split for each item: about 75 % of the components to train on, 10 % to validate, 15 % to test.
 *
 * The same items and seed give the same splits, in whatever order they come. Throws where there are
 * fewer than three components.
 */
export function makeSplits(items: readonly Linked[], seed = 0): Split[] {
  const of = components(items), sizes = new Map<string, number>();
  for (const component of of) sizes.set(component, (sizes.get(component) ?? 0) + 1);
  const names = [...sizes.keys()].sort();
  if (names.length < 3) {
    throw new Error(
      `splits: expected at least 3 products that share no picture, found ${names.length}; add ` +
        "products, or name the split of each row",
    );
  }
  const order = [...stream(seed, "splits").permutation(names.length)].map((i) =>
    names[i] as string
  );
  // Small ones first, else one giant component would be the whole test; the sort keeps the order drawn.
  const large = (name: string) =>
    (sizes.get(name) as number) > Math.max(1, LARGEST * items.length) ? 1 : 0;
  order.sort((a, b) => large(a) - large(b));
  const test = Math.max(1, Math.round(TEST * names.length));
  const validation = Math.max(1, Math.round(VALIDATION * names.length));
  const split = new Map(
    order.map((name, i) =>
      [name, i < test ? "test" : i < test + validation ? "validation" : "train"] as const
    ),
  );
  return of.map((component) => split.get(component) as Split);
}
