/** Packed runs are read like others, and say the same. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { Buffer } from "node:buffer";
import sharp from "sharp";
import tar from "tar-stream";
import { packRuns } from "unidiff/report/pack.ts";
import { unpackRuns } from "unidiff/report/packed.ts";
import { readStudy, type RunRecord } from "unidiff/report/record.ts";
import { inFolder } from "../data/folder.ts";
import { writeRun } from "./synthetic_study.ts";

/** A record without what depends on where it lies. */
const plain = ({ folder: _, finished: __, samples, ...rest }: RunRecord) => ({
  ...rest,
  samples: samples && { prompts: samples.prompts, size: samples.size, columns: samples.columns },
});

Deno.test("a packed study has the records of its run folders, drawings of the first seed among them", () =>
  inFolder(async (folder) => {
    const study = join(folder, "study"), packed = join(folder, "packed");
    for (const row of ["A0", "A3"] as const) {
      for (const seed of [1, 2]) await writeRun(study, row, seed, { shown: true });
    }
    await writeRun(study, "A3", 1, { dataset: "other" });
    const records = await readStudy(study), runs = join(packed, "runs");
    const paths = await packRuns(records, runs);
    assert.deepEqual(paths.map((path) => path.slice(runs.length + 1)).sort(), [
      "other--A3.tar.gz",
      "shop--A0.tar.gz",
      "shop--A3.tar.gz",
    ]);
    const back = await readStudy(packed);
    const expected = records.map(plain).map((record) =>
      record.config.seed === 1 ? record : { ...record, samples: undefined }
    );
    assert.deepEqual(back.map(plain), expected);
    // Pictures are the same, pixel by pixel.
    const pixelsOf = async ({ samples }: RunRecord) =>
      (await sharp(samples!.picture).raw().toBuffer()).toBase64();
    const of = (all: RunRecord[]) => all.find(({ samples }) => samples !== undefined)!;
    assert.equal(await pixelsOf(of(back)), await pixelsOf(of(records)));
    // Equal runs give equal bytes; nothing is overwritten.
    const again = await packRuns(records, join(folder, "again"));
    for (const [i, path] of again.entries()) {
      assert.deepEqual(await Deno.readFile(path), await Deno.readFile(paths[i]!));
    }
    await assert.rejects(packRuns(records, runs), /is there already; move it away to pack anew/);
    // A study goes on from packed runs: they are put beside what it has, which stays.
    const on = join(folder, "on", "runs"), [first, ...others] = records;
    await Deno.mkdir(join(on, first!.name), { recursive: true });
    await Deno.writeTextFile(join(on, first!.name, "claim"), "");
    assert.deepEqual((await unpackRuns(runs, on)).sort(), others.map(({ name }) => name).sort());
    assert.deepEqual(await unpackRuns(runs, on), []);
    assert.equal((await readStudy(join(folder, "on"), { skipped: [] })).length, others.length);
  }));

Deno.test("an archive that would write elsewhere is refused", async () => {
  for (const name of ["../evil.json", "/tmp/evil.json", "run/../../evil.json", "evil.json"]) {
    await inFolder(async (folder) => {
      const pack = tar.pack();
      pack.entry({ name }, Buffer.from("{}"));
      pack.entry({ name: "unique.txt" }, Buffer.from(name + folder));
      pack.finalize();
      const parts: Uint8Array[] = [];
      for await (const part of pack) parts.push(part as Uint8Array);
      const zipped = new Blob(parts as BlobPart[]).stream().pipeThrough(
        new CompressionStream("gzip"),
      );
      await Deno.mkdir(join(folder, "runs"));
      const bytes = new Uint8Array(await new Response(zipped).arrayBuffer());
      await Deno.writeFile(join(folder, "runs", "shop--A0.tar.gz"), bytes);
      await assert.rejects(readStudy(folder), /expected files of run folders alone/);
    });
  }
});
