/** The grammar of DeepFashion's file names. */

/** What a DeepFashion file name says. */
export interface DeepFashionName {
  readonly gender: "men" | "women";
  readonly category: string;
  /** `<gender>-<category>-id_<8 digits>`: all views and colours of one garment. */
  readonly product: string;
  /** Of the product's colours, from 1. */
  readonly variant: number;
  /** "front", "side", "back", "full", "additional", "flat". */
  readonly view: string;
}

/**
 * Reads `<MEN|WOMEN>-<Category>-id_<8 digits>-<2 digits>_<view number>_<view>` with or without an
 * extension, e.g. "MEN-Denim-id_00000080-01_7_additional.jpg"; undefined for another name.
 *
 * Source: github.com/yumingj/DeepFashion-MultiModal, README.
 */
export function parseDeepFashionName(name: string): DeepFashionName | undefined {
  const match = /^((MEN|WOMEN)-(.+?)-id_\d{8})-(\d{2})_\d_([a-z]+)(?:\.\w+)?$/.exec(name);
  if (!match) return undefined;
  const [, product, gender, category, variant, view] = match as unknown as string[];
  return {
    gender: gender === "MEN" ? "men" : "women",
    category: category!.replaceAll("_", " ").toLowerCase(),
    product: product!,
    variant: Number(variant),
    view: view!,
  };
}

/** The product in a DeepFashion file name, or undefined for another name. */
export function productOf(name: string): string | undefined {
  return parseDeepFashionName(name)?.product;
}
