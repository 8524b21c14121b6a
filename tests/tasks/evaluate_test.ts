/** The command line of `deno task evaluate`; what it does is tested in tests/study/evaluate_test.ts. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { measures } from "unidiff/eval/measures/registry.ts";
import { projectFolder } from "unidiff/runtime/project.ts";

async function said(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", join("lib", "tasks", "evaluate.ts"), ...args],
    cwd: projectFolder,
    env: { TF_CPP_MIN_LOG_LEVEL: "2", NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

Deno.test("evaluate --help lists every measure; bad arguments end with status 2 and a reason", async () => {
  const cases: [string[], RegExp][] = [
    [[], /expected a study or a run, or --sanity/],
    [["main", "--measures", "inception"], /expected "all" or some of retrieval/],
    [["main", "--extractor", "./inception"], /--extractor needs --node and --input-size/],
    [["no-such-study"], /"no-such-study": neither .* exists, expected a study's name/],
  ];
  const [help, ...results] = await Promise.all([
    said("--help"),
    ...cases.map(([args]) => said(...args)),
  ]);
  assert.equal(help.code, 0);
  for (const { name } of measures) assert.ok(help.out.includes(`  ${name} `), name);
  for (const [i, { code, err }] of results.entries()) {
    assert.equal(code, 2, `${cases[i]![0]}: ${err}`);
    assert.match(err, cases[i]![1]);
    assert.doesNotMatch(err, /\n\s+at /, "a stack trace");
  }
});
