/** `deno task parity` from its command line. */
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { join } from "@std/path";
import { inFolder } from "../data/folder.ts";
import { goldenFolder } from "../golden.ts";
import { said } from "./said.ts";

const parity = (...args: string[]) => said("parity", ...args);

Deno.test("parity compares a folder of cases, writes JSON, and its status tells", () =>
  inFolder(async (folder) => {
    for (const name of ["rsc_a", "metrics"]) {
      cpSync(goldenFolder(name), join(folder, name), { recursive: true });
    }
    const json = join(folder, "out.json");
    const good = await parity(folder, "--backend", "wasm", "--json", json);
    assert.equal(good.code, 0, good.err);
    assert.match(good.out, /pass {2}rsc_a \(consistency\), 5 tensors compared/);
    assert.match(good.out, /2 of 2 cases pass on wasm/);
    const { passed, cases, backend } = JSON.parse(await Deno.readTextFile(json));
    assert.deepEqual([passed, cases.length, backend.name], [true, 2, "wasm"]);
    await Deno.remove(join(folder, "rsc_a", "io.json"));
    const bad = await parity(folder, "--backend", "wasm");
    assert.equal(bad.code, 1);
    assert.match(bad.out, /FAIL {2}rsc_a .*\n\s+io.json is not as expected: tau: /);
    assert.match(bad.out, /1 of 2 cases pass/);
  }));

Deno.test("parity refuses wrong arguments with status 2 and says what it wants", () =>
  inFolder(async (folder) => {
    for (
      const [args, message] of [
        [[], /missing required argument 'folder'/],
        [[folder], /holds no case/],
        [[join(folder, "none")], /none is no folder/],
        [[folder, "--backend", "cuda"], /'cuda' is invalid.*tensorflow, webgpu, wasm, cpu/],
        [[folder, "--gpu"], /unknown option '--gpu'/],
      ] as [string[], RegExp][]
    ) {
      const { code, err } = await parity(...args);
      assert.equal(code, 2, err);
      assert.match(err, message);
    }
  }));
