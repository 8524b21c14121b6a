/** Which half of the models is pretrained on and which is fine-tuned on, product by product. */
import type { ProductRecord, Split } from "../../data/mod.ts";
import type { Model } from "./catalogue.ts";

/**
 * The product that a model belongs to, as `ecommerce-product` has it: all models of one name, in
 * whatever colour; digits at its end number them ("Concept Sedan 01", "Concept Sedan 02").
 */
export function productOf({ title }: Pick<Model, "title">): string {
  return title.toLowerCase().replace(/\d+$/, "").trim();
}

/**
 * The split of every product of the fine-tuning half, by name; all others are for pretraining.
 *
 * The products of `ecommerce-product`, whose pictures are icons of the same models, make up the
 * fine-tuning half, each in the split it has there: so neither set is known to a model that is
 * pretrained on the other half, and what one of them tests the other never trains on.
 */
export function finetuned(
  records: readonly Pick<ProductRecord, "product" | "split">[],
): Map<string, Split> {
  return new Map(records.map(({ product, split }) => [product, split]));
}
