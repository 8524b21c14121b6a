import assert from "node:assert/strict";
import { startBackend } from "unidiff/runtime/backend.ts";
import { StudyContext } from "unidiff/study/context.ts";
import { presetOf } from "unidiff/study/presets.ts";
import { sanityTable } from "unidiff/study/sanity.ts";

Deno.test({
  name: "measures of drawing put real pictures before the autoencoder's, blurred and noisy ones",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await startBackend();
    const context = new StudyContext(presetOf("mini"));
    const { rows } = await sanityTable(context, "ecommerce-product", {
      most: 64,
      unjudged: true,
    });
    const of = (key: string) => rows.map((row) => (row[key] as { mean: number }).mean);
    for (const key of ["kid", "fid"]) {
      const found = of(key);
      assert.deepEqual(found, [...found].sort((a, b) => a - b), `${key}: ${found}`);
    }
    // So blurred or noisy that no picture lies among real ones.
    const coverage = of("coverage");
    assert.ok(coverage[0]! > coverage[2]! && coverage[2]! >= coverage[3]!, `${coverage}`);
  },
});
