/** Which pictures may lie in the repository and stand on a page that is handed on. */
import type { DataSet, ProductRecord } from "./record.ts";

/** The sets that lie in `data/`, parts of which may be published by the sources of their lines. */
const SETS = ["ecommerce-product", "product-views", "product-corpus"];

/** What may be published of the product sets: the start of a line's `source`, and what users must be told. */
export const PUBLISHABLE = [
  {
    start: "sweethome3d-furniture Scopia",
    licenceFile: "sweethome3d-Scopia.txt",
    work: "Sweet Home 3D furniture library, Scopia catalogue",
    licence:
      "Creative Commons Attribution 3.0 Unported, https://creativecommons.org/licenses/by/3.0/",
    note:
      "Attributed, as its licence asks, to Emmanuel PUYBARET / eTeks <info@eteks.com> and Scopia " +
      "Visual Interfaces Systems, s.l. (http://www.scopia.es).",
  },
  {
    start: "sweethome3d-furniture KatorLegaz",
    licenceFile: "sweethome3d-KatorLegaz.txt",
    work: "Sweet Home 3D furniture library, Kator Legaz catalogue",
    licence:
      "Creative Commons Attribution 3.0 United States, https://creativecommons.org/licenses/by/3.0/us/",
    note: "Copyright Andrew Kator & Jennifer Legaz.",
  },
  {
    start: "sweethome3d-furniture BlendSwap-CC-BY",
    licenceFile: "sweethome3d-BlendSwap-CC-BY.txt",
    work: "Sweet Home 3D furniture library, Blend Swap catalogue (CC-BY)",
    licence:
      "Creative Commons Attribution 3.0 Unported, https://creativecommons.org/licenses/by/3.0/",
    note: "Each model is by the creator named below.",
  },
  {
    start: "sweethome3d-furniture BlendSwap-CC-0",
    licenceFile: "sweethome3d-BlendSwap-CC-0.txt",
    work: "Sweet Home 3D furniture library, Blend Swap catalogue (CC0)",
    licence: "Creative Commons Zero 1.0, https://creativecommons.org/publicdomain/zero/1.0/",
    note: "Credit is not required; the creators are named all the same.",
  },
  {
    start: "@vendure/create",
    licenceFile: "MIT-vendure.txt",
    work: "Sample products of the npm package @vendure/create",
    licence: "MIT",
    note: "Copyright (c) 2018 Michael Bromley. By their upstream file names the photographs come " +
      "from Unsplash; the package names no photographers.",
  },
] as const;

/** Whether a picture of a set may be published: drawn here, or of a source in {@link PUBLISHABLE}. */
export function mayBePublished(
  { name, origin }: Pick<DataSet, "name" | "origin">,
  { attributes: { source } }: Pick<ProductRecord, "attributes">,
): boolean {
  if (origin === "drawn") return true;
  return SETS.includes(name) && typeof source === "string" &&
    PUBLISHABLE.some(({ start }) => source.startsWith(start));
}
