import assert from "node:assert/strict";
import { join } from "@std/path";
import { CUDA_WHEELS, cudaFaults, cudnnVersion, librariesIn } from "unidiff/runtime/setup/cuda.ts";

const all = new Set(Object.keys(CUDA_WHEELS));
const good = {
  driver: "580.95.05",
  cards: 1,
  wheel: "tensorflow[and-cuda]==2.21.0",
  libraries: all,
};

Deno.test("cudaFaults() is silent where nothing is missing", () => {
  assert.deepEqual(cudaFaults(good), []);
  assert.deepEqual(cudaFaults({ ...good, driver: "525.60.13" }), []);
});

Deno.test("cudaFaults() names each library that is missing, and the wheel that brings it", () => {
  const libraries = all.difference(
    new Set(["libcublas.so.12", "libcublasLt.so.12", "libcudnn.so.9"]),
  );
  const [fault, ...others] = cudaFaults({ ...good, libraries });
  assert.deepEqual(others, []);
  assert.equal(fault?.found, "not found: libcublas.so.12, libcublasLt.so.12, libcudnn.so.9");
  assert.match(fault?.remedy ?? "", /pip install nvidia-cublas-cu12 nvidia-cudnn-cu12 \(/);
});

Deno.test("cudaFaults() tells of the wrong wheel, an old driver and a card that is not named", () => {
  const wheel = "tensorflow-cpu==2.21.0";
  const [cpu] = cudaFaults({ ...good, wheel, libraries: new Set() });
  assert.match(cpu?.found ?? "", /^tensorflow-cpu==2\.21\.0 is installed/);
  assert.match(cpu?.remedy ?? "", /UNIDIFF_TENSORFLOW=cuda deno task setup/);
  for (const driver of ["470.223.02", "525.60", "525.60.12"]) {
    assert.match(cudaFaults({ ...good, driver })[0]?.found ?? "", /older than 525\.60\.13/, driver);
  }
  assert.match(cudaFaults({ ...good, cards: 0 })[0]?.found ?? "", /names no card/);
});

Deno.test("librariesIn() and cudnnVersion() read a folder of wheels", async () => {
  const site = await Deno.makeTempDir();
  try {
    await Deno.mkdir(join(site, "nvidia", "cudnn", "lib"), { recursive: true });
    await Deno.writeTextFile(join(site, "nvidia", "cudnn", "lib", "libcudnn.so.9"), "");
    assert.ok(librariesIn(site).has("libcudnn.so.9"));
  } finally {
    await Deno.remove(site, { recursive: true });
  }
  assert.equal(cudnnVersion(["numpy", "nvidia_cudnn_cu12-9.19.0.56.dist-info"]), "9.19.0.56");
  assert.equal(cudnnVersion(["numpy"]), undefined);
});
