import assert from "node:assert/strict";
import { join } from "@std/path";
import { loadFolder } from "unidiff/data/load.ts";
import { projectFolder } from "unidiff/data/folders.ts";
import { EXAMPLE_SIZE } from "unidiff/report/examples.ts";
import { readStudy } from "unidiff/report/record.ts";
import { PRIVATE } from "unidiff/report/study_report.ts";
import { examplePictures } from "unidiff/study/example_pictures.ts";
import { updateReport } from "unidiff/study/outputs.ts";
import { defaultStudy } from "unidiff/study/plan.ts";
import { goodLine, inFolder, writeFolder } from "../data/folder.ts";
import { neighbours, writeRun } from "../report/synthetic_study.ts";

const IDS = Array.from({ length: 9 }, (_, i) => `images/${i}.png`);

/** A set of nine pictures; those of even number may be published. */
async function products(folder: string, colour = "red") {
  const lines = IDS.map((_, i) =>
    goodLine(String(i), {
      split: i % 2 === 0 ? "test" : "train",
      source: i % 2 === 0 ? "@vendure/create 1.9.7" : "dotnet/eShop 5624ad5",
      license: "MIT",
      ...(i === 0 ? { creator: "Ann" } : {}),
    })
  );
  await writeFolder(folder, lines, Object.fromEntries(IDS.map((id) => [id, colour])));
  return await loadFolder(folder);
}

Deno.test("examplePictures() finds a set by its fingerprint, in the place that has it", () =>
  inFolder(async (folder) => {
    const name = "ecommerce-product";
    await products(join(folder, "first", name), "blue");
    const set = await products(join(folder, "second", name));
    const places = ["first", "second"].map((place) => (
      { origin: "path" as const, folder: join(folder, place) }
    ));
    const all = examplePictures({ publishableOnly: false, places });
    const found = (await all(set, [IDS[1]!, "images/none.png"]))!;
    assert.deepEqual([...found.tiles.keys()], [IDS[1]]);
    const { bytes, size } = found.tiles.get(IDS[1]!)!;
    assert.deepEqual([size, bytes.length], [EXAMPLE_SIZE, EXAMPLE_SIZE ** 2 * 3]);
    assert.deepEqual([...bytes.subarray(0, 3)], [255, 0, 0]);
    assert.deepEqual([found.private, found.credits], [true, ["dotnet/eShop 5624ad5 (MIT)"]]);
    // No other version of the set, which may show other pictures under the same ids.
    assert.equal(await all({ ...set, fingerprint: "00" }, IDS), undefined);
    assert.equal(await all({ ...set, name: "nowhere" }, IDS), undefined);
    // A path that the study was given.
    const given = examplePictures({
      publishableOnly: false,
      places: [],
      addresses: ["./other#take=3", join(folder, "second", name)],
    });
    assert.equal((await given(set, IDS))?.tiles.size, 9);

    const few = (await examplePictures({ publishableOnly: true, places })(set, IDS))!;
    assert.deepEqual([...few.tiles.keys()], IDS.filter((_, i) => i % 2 === 0));
    assert.deepEqual([few.private, few.credits], [
      false,
      ["@vendure/create 1.9.7 (MIT)", "Ann (MIT)"],
    ]);
  }));

Deno.test({
  name: "updateReport() shows only publishable pictures where studies are kept, all elsewhere",
  // Plotly's stand-in for a browser keeps timers.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: () =>
    inFolder(async (folder) => {
      const name = "ecommerce-product", address = join(folder, name);
      const { fingerprint } = await products(address);
      const references = join(folder, "kept");
      const kinds: Record<string, string[]> = {};
      for (const study of [join(folder, "own"), join(references, "main")]) {
        const run = await writeRun(study, "A1", 0, { dataset: name, shown: true });
        const path = join(run, "config.json"), config = JSON.parse(await Deno.readTextFile(path));
        const dataset = { ...config.dataset, fingerprint };
        await Deno.writeTextFile(path, JSON.stringify({ ...config, dataset }));
        const setting = { ...defaultStudy, name: "x", datasets: [address] };
        await Deno.writeTextFile(join(study, "study.json"), JSON.stringify(setting));
        const { paths } = await updateReport(study, await readStudy(study), references);
        const html = await Deno.readTextFile(join(study, "index.html"));
        const shown = [...html.matchAll(/<use href="#/g)];
        const sheet = paths.find((path) => path.includes("-examples"))!;
        kinds[study] = [
          /data-pictures="(\w+)"/.exec(html)![1]!,
          String(shown.length),
          sheet.split("/").at(-1)!,
        ];
      }
      // 5 queries of one way and 25 neighbours of the other, of which those of even number.
      const { i2t, t2i } = neighbours("A1");
      const pictured = [
        ...i2t.map(({ query }) => query),
        ...t2i.flatMap(({ nearest }) => nearest.map(({ record }) => record)),
      ];
      const even = pictured.filter((record) => record % 2 === 0).length;
      assert.deepEqual(Object.values(kinds), [
        ["private", "30", `${name}-examples${PRIVATE}.png`],
        ["publishable", String(even), `${name}-examples.png`],
      ]);

      // A page that was copied there is written anew.
      const copy = join(references, "copied");
      await Deno.rename(join(folder, "own"), copy);
      assert.equal((await updateReport(copy, await readStudy(copy), references)).upToDate, false);
      assert.doesNotMatch(await Deno.readTextFile(join(copy, "index.html")), /="private"/);
    }),
});

Deno.test("nothing in results/reference shows a picture that may not be published", async () => {
  const files: string[] = [];
  const walk = async (folder: string): Promise<void> => {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (isDirectory) await walk(join(folder, name));
      else files.push(join(folder, name));
    }
  };
  await walk(join(projectFolder, "results", "reference"));
  assert.deepEqual(files.filter((file) => file.endsWith(`${PRIVATE}.png`)), []);
  const pages = files.filter((file) => file.endsWith("index.html"));
  assert.ok(pages.length > 0);
  for (const page of pages) {
    assert.doesNotMatch(await Deno.readTextFile(page), /data-pictures="private"/, page);
  }
});
