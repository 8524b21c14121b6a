/** What `deno task pack` takes along, and that nothing is set up where it was unpacked. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { packList } from "unidiff/runtime/setup/pack.ts";
import { placesOf } from "unidiff/runtime/setup/places.ts";
import { addonDone, ensureSetup, packedTensorflow } from "unidiff/runtime/setup/mod.ts";
import { inFolder } from "../../data/folder.ts";

const ready = addonDone(placesOf());
if (!ready) console.log("pack: not tested, the native backend is not set up here");

Deno.test({
  name: "packList() takes code, data and TensorFlow's libraries, no results, and asks no registry",
  ignore: !ready,
  async fn() {
    const { files, libraries, texts } = await packList();
    for (
      const file of ["lib/mod.ts", "data/mini/unet.safetensors", "notebooks/03_ablation.ipynb"]
    ) {
      assert.ok(files.includes(file), file);
    }
    assert.ok(!files.some((file) => /^results\/|^deno\.(json|lock)$|^\.cache/.test(file)));
    for (const library of ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"]) {
      assert.ok(libraries.some((path) => path.endsWith(`tensorflow/${library}`)), library);
    }
    assert.ok(libraries.every((path) => path.startsWith(".venv/")), libraries.join());
    const config = JSON.parse(texts["deno.json"]!),
      { dependencies } = JSON.parse(
        texts["package.json"]!,
      );
    assert.equal(config.nodeModulesDir, "manual");
    assert.equal(config.lock, false);
    const npm = (Object.values(config.imports) as string[]).filter((to) => to.startsWith("npm:"));
    assert.deepEqual(
      npm.sort(),
      Object.entries(dependencies).map(([name, version]) => `npm:${name}@${version}`).sort(),
    );
    assert.match(JSON.parse(texts["packed.json"]!).tensorflow, /^tensorflow/);
  },
});

Deno.test("nothing is set up in a project that came out of an archive", () =>
  inFolder(async (folder) => {
    const places = placesOf(folder), said: string[] = [];
    await Deno.writeTextFile(join(folder, "packed.json"), '{ "tensorflow": "tensorflow-cpu==1" }');
    const report = await ensureSetup({ places, say: (line) => said.push(line) });
    assert.deepEqual(report, { notebooks: false, native: false, leftOut: "" });
    assert.deepEqual(said, []);
    assert.equal(packedTensorflow(places), "tensorflow-cpu==1");
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["packed.json"]);
  }));
