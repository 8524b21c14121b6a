import assert from "node:assert/strict";
import {
  describeCard,
  driverVersion,
  parseCards,
  parseDriver,
  parseHeld,
} from "unidiff/runtime/cuda.ts";

// In the form in which nvidia-smi and the driver print it.
const H200 = "NVIDIA H200, 143771, 512, 580.95.05, 9.0\n";
const T4 = "Tesla T4, 15360, 0, 535.104.05, 7.5\n";
const OPEN =
  `NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.95.05  Release Build  (dvs-builder)
GCC version:  gcc version 12.3.0 (Ubuntu 12.3.0-1ubuntu1~22.04)
`;
const CLOSED =
  `NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug 19 01:15:15 UTC 2023
GCC version:  gcc version 11.4.0
`;

Deno.test("parseCards() reads each card; memory that is not told is absent", () => {
  assert.deepEqual(parseCards(H200 + T4), [
    {
      name: "NVIDIA H200",
      memory: 143771 * 2 ** 20,
      used: 512 * 2 ** 20,
      driver: "580.95.05",
      capability: 9,
    },
    { name: "Tesla T4", memory: 15360 * 2 ** 20, used: 0, driver: "535.104.05", capability: 7.5 },
  ]);
  assert.deepEqual(parseCards("NVIDIA GB10, [N/A], [N/A], 580.82.09, 12.1"), [
    { name: "NVIDIA GB10", driver: "580.82.09", capability: 12.1 },
  ]);
  assert.deepEqual(parseCards("No devices were found\n"), []);
});

Deno.test("parseDriver() finds the version of either kernel module", () => {
  assert.equal(parseDriver(OPEN), "580.95.05");
  assert.equal(parseDriver(CLOSED), "535.104.05");
  assert.equal(parseDriver(""), undefined);
  assert.equal(driverVersion(parseCards(T4)), "535.104.05");
});

Deno.test("describeCard() says whether products are rounded to TF32", () => {
  const [h200, t4] = parseCards(H200 + T4), before = Deno.env.get("NVIDIA_TF32_OVERRIDE");
  try {
    Deno.env.delete("NVIDIA_TF32_OVERRIDE");
    assert.equal(describeCard(h200!), "NVIDIA H200, 140 GiB, TF32");
    assert.equal(describeCard(t4!), "Tesla T4, 15 GiB, no TF32");
    Deno.env.set("NVIDIA_TF32_OVERRIDE", "0");
    assert.equal(describeCard(h200!), "NVIDIA H200, 140 GiB, no TF32");
  } finally {
    Deno.env.delete("NVIDIA_TF32_OVERRIDE");
    if (before !== undefined) Deno.env.set("NVIDIA_TF32_OVERRIDE", before);
  }
});

Deno.test("parseHeld() sums what a process holds on each card", () => {
  assert.equal(parseHeld("11, 2048\n12, 512\n11, 1024\n", 11), 3072 * 2 ** 20);
  assert.equal(parseHeld("11, 2048\n", 12), undefined);
  assert.equal(parseHeld("11, [N/A]\n", 11), undefined);
});
