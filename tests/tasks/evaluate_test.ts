/** The command line of `deno task evaluate`; what it does is tested in tests/study/evaluate_test.ts. */
import assert from "node:assert/strict";
import { measures } from "unidiff/eval/measures/registry.ts";
import { said } from "./said.ts";

Deno.test("evaluate --help lists every measure; bad arguments end with status 2 and a reason", async () => {
  const cases: [string[], RegExp][] = [
    [[], /expected a study or a run, or --sanity/],
    [["main", "--measures", "inception"], /expected "all" or some of retrieval/],
    [["main", "--extractor", "./inception"], /--extractor needs --node and --input-size/],
    [["no-such-study"], /"no-such-study": neither .* exists, expected a study's name/],
  ];
  const [help, ...results] = await Promise.all([
    said("evaluate", "--help"),
    ...cases.map(([args]) => said("evaluate", ...args)),
  ]);
  assert.equal(help.code, 0);
  for (const { name } of measures) assert.ok(help.out.includes(`  ${name} `), name);
  for (const [i, { code, err }] of results.entries()) {
    assert.equal(code, 2, `${cases[i]![0]}: ${err}`);
    assert.match(err, cases[i]![1]);
    assert.doesNotMatch(err, /\n\s+at /, "a stack trace");
  }
});
