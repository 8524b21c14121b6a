/** Tuning from its command line, on a tiny data set. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { exists } from "unidiff/runtime/files.ts";
import { readChoices } from "unidiff/study/choices.ts";
import { studyFolder } from "unidiff/study/setting.ts";
import { inFolder } from "../data/folder.ts";
import { snapshot, tinyDataSet } from "../study/tiny.ts";
import { said } from "./said.ts";

Deno.test("tune refuses bad arguments before any work, without a stack trace", async () => {
  const name = `test-refused-${Deno.pid}`;
  const cases: [string[], RegExp][] = [
    [["--bogus"], /unknown option '--bogus'/],
    [["--preset", "maxi"], /preset "maxi" is not known; expected one of mini/],
    [["--datasets", "no-such-set"], /"no-such-set": none found/],
  ];
  const results = await Promise.all(cases.map(([args]) => said("tune", "--output", name, ...args)));
  for (const [i, { code, err }] of results.entries()) {
    const [args, expected] = cases[i]!;
    assert.equal(code, 2, `${args}: ${err}`);
    assert.match(err, expected);
    assert.doesNotMatch(err, /\n\s+at /, "a stack trace");
  }
  assert.ok(!await exists(studyFolder(name)));
  const { code, err } = await said("reproduce", "--untuned");
  assert.equal(code, 2);
  assert.match(err, /--untuned belongs to --full/);
});

Deno.test("tune writes what it chose, and a second call repeats no run", () =>
  inFolder(async (folder) => {
    const name = `test-tune-${Deno.pid}`, study = studyFolder(name);
    try {
      const args = ["--preset", "nano", "--datasets", await tinyDataSet(folder)];
      // Two workers, which go from the runs of one candidate to those of the next.
      const first = await said("tune", ...args, "--output", name, "--workers", "2");
      assert.equal(first.code, 0, first.err);
      const choices = (await readChoices(join(study, "choices.json")))!;
      assert.deepEqual(choices.choices.map(({ dataset }) => dataset), ["tiny"]);
      const [{ chosen, candidates }] = choices.choices as [typeof choices.choices[number]];
      const costs = candidates.map(({ cost }) => cost);
      const best = candidates.filter(({ cost }) => cost === Math.min(...costs));
      assert.ok(best.some(({ factor }) => factor === chosen));
      assert.ok(first.out.includes(`tiny: the preset's learning rates × ${chosen}`), first.out);
      assert.match(await Deno.readTextFile(join(study, "choices.md")), /\| tiny +\| +0.25 \|/);

      const runs = await snapshot(join(study, "runs"));
      const again = await said("tune", ...args, "--output", name);
      assert.equal(again.code, 0, again.err);
      assert.match(again.out, /25 runs, 25 of them finished already/);
      assert.deepEqual(await snapshot(join(study, "runs")), runs);
      assert.deepEqual(await readChoices(join(study, "choices.json")), choices);
    } finally {
      await Deno.remove(study, { recursive: true }).catch(() => {});
    }
  }));
