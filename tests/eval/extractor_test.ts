import assert from "node:assert/strict";
import { cached, graphExtractor } from "unidiff/eval/extractor.ts";
import { extractorFromFolder } from "unidiff/eval/extractor_folder.ts";
import { mobilenet } from "unidiff/eval/mobilenet.ts";
import { startBackend } from "unidiff/runtime/backend.ts";
import { stream } from "unidiff/runtime/random.ts";
import { tf } from "unidiff/runtime/tf.ts";
import { onBackends } from "../backends.ts";
import { inFolder } from "../data/folder.ts";
import { assertClose } from "../golden.ts";
import { tinyGraph, writeTinyGraph } from "./tiny_graph.ts";

const use = { name: "tiny", node: "twice", inputSize: 4, range: [0, 1] as const };
const loose = { sanitizeOps: false, sanitizeResources: false };

onBackends("graphExtractor() resizes, rescales and averages over places", async () => {
  const extractor = await graphExtractor(tinyGraph(), use, [Uint8Array.of(1)]);
  assert.equal(extractor.dim, 3);
  // The graph doubles its input: a picture of one colour comes out as twice that colour in [0, 1].
  const pixels = Float32Array.from({ length: 2 * 8 * 8 * 3 }, (_, i) => [-1, 0, 1][i % 3]!);
  assertClose(await extractor.features(pixels, 8), [0, 1, 2, 0, 1, 2], 1e-6);
  await assert.rejects(extractor.features(pixels, 7), /expected a multiple of 7·7·3/);
  extractor.dispose();
});

Deno.test({
  name: "graphExtractor() names the nodes there are, and its hash tells files and use apart",
  ...loose,
  async fn() {
    await startBackend("cpu");
    const before = tf.memory().numTensors;
    await assert.rejects(
      graphExtractor(tinyGraph(), { ...use, node: "thrice" }, []),
      /no node "thrice" among its 3; the last are x, two, twice/,
    );
    await assert.rejects(
      graphExtractor(tinyGraph(), { ...use, inputSize: 5 }, []),
      /pictures of 5 pixels give node "twice" an error: .*Name another node or input size/,
    );
    const hashes = await Promise.all(
      [
        [use, [Uint8Array.of(1)]],
        [use, [Uint8Array.of(2)]],
        [{ ...use, range: [-1, 1] }, [Uint8Array.of(1)]],
      ].map(async ([how, files]) => {
        const extractor = await graphExtractor(
          tinyGraph(),
          how as typeof use,
          files as Uint8Array[],
        );
        extractor.dispose();
        return extractor.hash;
      }),
    );
    assert.equal(new Set(hashes).size, 3);
    assert.equal(tf.memory().numTensors, before);
  },
});

Deno.test({
  name: "cached() computes the features of the same pictures once",
  ...loose,
  async fn() {
    await startBackend("cpu");
    const folder = await Deno.makeTempDir();
    let calls = 0;
    const network = await graphExtractor(tinyGraph(), use, []);
    const counting = {
      ...network,
      features: (pixels: Float32Array, size: number) => {
        calls++;
        return network.features(pixels, size);
      },
    };
    const pixels = stream(0, "pixels").uniforms(2 * 4 * 4 * 3);
    const first = await cached(counting, folder).features(pixels, 4);
    const again = await cached(counting, folder).features(pixels, 4);
    assert.deepEqual([again, calls], [first, 1]);
    await cached({ ...counting, hash: "another network" }, folder).features(pixels, 4);
    await cached(counting, folder).features(pixels.map((value) => value / 2), 4);
    assert.equal(calls, 3);
    network.dispose();
    await Deno.remove(folder, { recursive: true });
  },
});

const found = new Map<string, Float32Array>();
onBackends("mobilenet() gives 224 features, the same on every backend", async () => {
  const extractor = await mobilenet();
  const pixels = stream(0, "picture").uniforms(2 * 16 * 16 * 3).map((value) => 2 * value - 1);
  const features = await extractor.features(pixels, 16);
  extractor.dispose();
  assert.equal(features.length, 2 * 224);
  for (const other of found.values()) assertClose(features, other, 1e-4);
  found.set(tf.getBackend(), features);
});

Deno.test({
  name: "extractorFromFolder() reads a network of the user's and says what is missing",
  ...loose,
  fn: () =>
    inFolder(async (folder) => {
      await startBackend("cpu");
      const how = { node: "twice", inputSize: 4, range: [0, 1] as const };
      await assert.rejects(extractorFromFolder(folder, how), /model\.json: not found, expected/);
      await writeTinyGraph(folder);
      const extractor = await extractorFromFolder(folder, how);
      const white = new Float32Array(4 * 4 * 3).fill(1);
      assert.deepEqual([...await extractor.features(white, 4)], [2, 2, 2]);
      extractor.dispose();
      await Deno.writeFile(`${folder}/group1-shard1of1.bin`, new Uint8Array(3));
      await assert.rejects(extractorFromFolder(folder, how), /3 bytes of weights, expected 4/);
      await Deno.writeTextFile(`${folder}/model.json`, '{"format": "layers-model"}');
      await assert.rejects(
        extractorFromFolder(folder, how),
        /"layers-model", expected "graph-model"/,
      );
    }),
});
