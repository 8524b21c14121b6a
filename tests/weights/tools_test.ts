/** What `deno task weights` looks at, checks and writes. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { convertFile } from "unidiff/weights/convert.ts";
import { safetensorsAt, summarise } from "unidiff/weights/inspect.ts";
import { readSafetensors, writeSafetensors } from "unidiff/weights/safetensors.ts";
import { verify } from "unidiff/weights/verify.ts";
import { inFolder } from "../data/folder.ts";

const write = (path: string, first = 1) =>
  writeSafetensors(path, {
    "text_projection.weight": { shape: [2, 3], data: Float32Array.of(first, 2, 3, 4, 5, 6) },
    "conv_in.bias": { shape: [4], data: new Float32Array(4) },
    "text_model.embeddings.position_ids": { shape: [1, 5], data: new Int32Array(5) },
  }, { metadata: { format: "pt" } });

Deno.test("summarise() counts numbers by type and network, without buffers", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.safetensors");
    await write(path);
    const { byType, byNetwork, tensors, metadata } = await summarise(path);
    assert.deepEqual(byType, { F32: 10, I32: 5 });
    assert.deepEqual(byNetwork, { text: 6, unet: 4 });
    assert.equal(tensors.length, 3);
    assert.equal(metadata.format, "pt");
  }));

Deno.test("safetensorsAt() looks into folders, and refuses a pickle with the reason", () =>
  inFolder(async (folder) => {
    await assert.rejects(safetensorsAt(join(folder, "none")), /no such file or folder/);
    await Deno.writeTextFile(join(folder, "model.bin"), "");
    await assert.rejects(safetensorsAt(folder), /model\.bin.*(pickle|code)/s);
    await Deno.mkdir(join(folder, "unet"));
    const path = join(folder, "unet", "x.safetensors");
    await write(path);
    assert.deepEqual(await safetensorsAt(folder), [path]);
  }));

Deno.test("convertFile() writes another number type and overwrites nothing", () =>
  inFolder(async (folder) => {
    const from = join(folder, "a.safetensors"), to = join(folder, "b.safetensors");
    await write(from, 1 + 2 ** -12); // halves keep ten bits
    await convertFile(from, to, "F16");
    const { dtype, data } = (await readSafetensors(to)).get("text_projection.weight")!;
    assert.equal(dtype, "F16");
    assert.deepEqual([...data], [1, 2, 3, 4, 5, 6]);
    assert.deepEqual(
      (await readSafetensors(to)).get("text_model.embeddings.position_ids")!.dtype,
      "I32",
    );
    await assert.rejects(
      convertFile(from, to, "F16"),
      /b\.safetensors exists; nothing is overwritten/,
    );
    await assert.rejects(async () => {
      await write(from, 1e6);
      await convertFile(from, join(folder, "c.safetensors"), "F16");
    }, /1000000.*65504/s);
  }));

Deno.test("verify() finds a number that is not finite and another hash", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a.safetensors");
    await write(path);
    assert.ok((await verify(path)).every(({ ok }) => ok));
    const hash = (await verify(path, { sha256: "0".repeat(64) })).filter(({ ok }) => !ok);
    assert.equal(hash.length, 1);
    assert.match(hash[0]!.detail, /0{64}/);
    await write(path, NaN);
    const wrong = (await verify(path)).filter(({ ok }) => !ok);
    assert.ok(
      wrong.some(({ detail }) => /text_projection\.weight/.test(detail)),
      JSON.stringify(wrong),
    );
  }));
