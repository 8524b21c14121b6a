import assert from "node:assert/strict";
import { openPixels } from "unidiff/data/pixel_cache.ts";
import { findDataSet } from "unidiff/data/find.ts";
import { flipPixels } from "unidiff/data/pixels.ts";
import { encodeLatents } from "unidiff/model/model.ts";
import { startBackend } from "unidiff/runtime/backend.ts";
import { loadModel } from "unidiff/study/start.ts";
import { openLatents } from "unidiff/study/latents.ts";
import { presets } from "unidiff/study/presets.ts";
import { inFolder } from "../data/folder.ts";
import { tinyDataSet } from "./tiny.ts";

Deno.test({
  name:
    "openLatents() gives the encoder's latents, plain and mirrored, and follows what they depend on",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: () =>
    inFolder(async (folder) => {
      await startBackend();
      const model = await loadModel(presets.nano), cache = `${folder}/cache`;
      const set = await findDataSet(await tinyDataSet(folder));
      const pixels = await openPixels(set, model.config.imageSize, { cache });
      let encoded = 0;
      const open = (start: string) =>
        openLatents(model, start, set, pixels, (n) => encoded = n, cache);
      const latents = await open("random");
      assert.equal(encoded, 32);
      const some = pixels.pixels([5, 0]);
      const expected = [
        await encodeLatents(model, some),
        await encodeLatents(model, flipPixels(some, model.config.imageSize)),
      ];
      const half = expected[0]!.length / 2;
      const found = latents([5, 0, 5], [false, true, true]);
      const close = (a: Float32Array, b: Float32Array) =>
        assert.ok(a.length === b.length && a.every((v, i) => Math.abs(v - b[i]!) < 1e-5));
      close(found.subarray(0, half), expected[0]!.subarray(0, half));
      close(found.subarray(half, 2 * half), expected[1]!.subarray(half));
      close(found.subarray(2 * half), expected[1]!.subarray(0, half));
      encoded = 0;
      await open("random");
      assert.equal(encoded, 0, "read from the file");
      await open("other weights");
      assert.equal(encoded, 32);
    }),
});
