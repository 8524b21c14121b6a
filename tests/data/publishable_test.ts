import assert from "node:assert/strict";
import { mayBePublished, PUBLISHABLE } from "unidiff/data/publishable.ts";

Deno.test("mayBePublished() holds for drawn sets and for some sources of the product set alone", () => {
  const products = { name: "ecommerce-product", origin: "UNIDIFF_DATA" } as const;
  const from = (source?: string) => ({ attributes: source === undefined ? {} : { source } });
  for (const { start } of PUBLISHABLE) {
    assert.equal(mayBePublished(products, from(`${start} 1`)), true);
    // A set of another name may claim anything.
    assert.equal(mayBePublished({ name: "mine", origin: "path" }, from(start)), false);
  }
  for (const source of ["dotnet/eShop 5624ad5", "magento2-sample-data 5380756", "", undefined]) {
    assert.equal(mayBePublished(products, from(source)), false);
  }
  assert.equal(mayBePublished({ name: "fashion-man", origin: "embedded" }, from()), false);
  assert.equal(mayBePublished({ name: "fashion-man-drawn", origin: "drawn" }, from()), true);
});
