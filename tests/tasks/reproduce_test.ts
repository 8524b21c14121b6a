/** The main job from its command line, on a tiny data set. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { exists } from "unidiff/runtime/files.ts";
import { notebookPython, WITHOUT_JUPYTER } from "unidiff/study/notebooks.ts";
import { studyFolder } from "unidiff/study/setting.ts";
import { inFolder } from "../data/folder.ts";
import { snapshot, tinyDataSet } from "../study/tiny.ts";
import { said, taskCommand } from "./said.ts";

const reproduce = (...args: string[]) => taskCommand("reproduce", args);

/** Runs a test with a tiny data set and a study's name, whose folder is removed afterwards. */
async function inStudy(test: (name: string, set: string) => Promise<void>): Promise<void> {
  const name = `test-reproduce-${Deno.pid}`;
  try {
    await inFolder(async (folder) => await test(name, await tinyDataSet(folder)));
  } finally {
    await Deno.remove(studyFolder(name), { recursive: true }).catch(() => {});
  }
}

Deno.test("reproduce --help explains rows, data sets and how to go on", async () => {
  const { code, out } = await said("reproduce", "--help");
  assert.equal(code, 0);
  for (const word of ["A6  UniDiff", "UNIDIFF_DATA", "Ctrl-C", "--workers", "Examples:"]) {
    assert.ok(out.includes(word), word);
  }
});

Deno.test("reproduce refuses bad arguments before any work, without a stack trace", async () => {
  const name = `test-refused-${Deno.pid}`;
  const cases: [string[], RegExp][] = [
    [["--bogus"], /unknown option '--bogus'/],
    [["--rows", "A0,A9"], /row "A9" is not known; expected one of A0/],
    [["--datasets", "no-such-set"], /"no-such-set": none found at .*ecommerce-product/],
    [["--seeds", "0"], /--seeds.*expected an integer of at least 1/],
  ];
  const results = await Promise.all(
    cases.map(([args]) => said("reproduce", "--output", name, ...args)),
  );
  for (const [i, { code, out, err }] of results.entries()) {
    const [args, expected] = cases[i]!;
    assert.equal(code, 2, `${args}: ${err}`);
    assert.match(err, expected);
    assert.doesNotMatch(err, /\n\s+at /, "a stack trace");
    assert.equal(out, "");
  }
  assert.ok(!await exists(studyFolder(name)));
});

Deno.test("reproduce tells of bad lines, and leaves them out with --skip-bad", () =>
  inStudy(async (name, set) => {
    await Deno.writeTextFile(join(set, "metadata.jsonl"), "\nno json\n", { append: true });
    const args = ["--preset", "nano", "--datasets", set, "--rows", "A0", "--output", name];
    const refused = await said("reproduce", ...args);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /metadata\.jsonl:33: expected a JSON object, found "no json"/);
    const { code, out, err } = await said("reproduce", ...args, "--skip-bad", "--no-notebooks");
    assert.equal(code, 0, err);
    assert.match(out, /left out .*metadata\.jsonl:33/);
    assert.match(out, /left out 1 bad line of /);
  }));

Deno.test("reproduce --data takes a folder without products and splits, and says what is wrong", () =>
  inStudy(async (name, set) => {
    const lines = (await Deno.readTextFile(join(set, "metadata.jsonl"))).trim().split("\n");
    const rows = lines.map((line) => JSON.parse(line)).map(({ file_name, text }) =>
      `${file_name},"${text}"`
    );
    await Deno.remove(join(set, "metadata.jsonl"));
    await Deno.writeTextFile(join(set, "metadata.csv"), ["file_name,text", ...rows].join("\n"));
    const args = ["--preset", "nano", "--rows", "A0", "--output", name, "--no-notebooks"];
    const { code, out, err } = await said("reproduce", ...args, "--data", set);
    assert.equal(code, 0, err);
    assert.match(out, /Ablation on tiny/);
    assert.match(out, /Data: tiny, pictures; 24 training, 3 validation and 5 test pictures/);
    const twice = await said("reproduce", ...args, "--data", set, "--datasets", `${set}#seed=1`);
    assert.equal(twice.code, 2);
    assert.match(twice.err, /two are called "tiny"/);
    const csv = ["file_name,text,split", ...rows.map((row) => `${row},train`)].join("\n");
    await Deno.writeTextFile(join(set, "metadata.csv"), csv);
    const untested = await said("reproduce", ...args, "--data", set);
    assert.equal(untested.code, 1);
    assert.match(untested.err, /at least 2 pictures in its test split, found 0; correct "split"/);
  }));

Deno.test("reproduce does everything once: a second call repeats nothing", () =>
  inStudy(async (name, set) => {
    const folder = studyFolder(name);
    const args = ["--preset", "nano", "--datasets", set, "--rows", "A0,A3,A6", "--output", name];
    const first = await said("reproduce", ...args);
    assert.equal(first.code, 0, first.err);
    assert.match(first.out, /study .*: 3 runs, 0 of them finished already/);
    assert.match(first.out, /backend: \w+ on/);
    assert.match(first.out, /Ablation on tiny\n/);
    assert.match(first.out, /done in \d+/);
    const page = first.out.match(/^page: (file:\S+index\.html)$/m);
    assert.ok(page !== null && await exists(new URL(page[1]!).pathname), first.out);
    assert.match(first.out, /^\d+ tables, \d+ plots, .*3 runs in results\//m);
    if (notebookPython() === undefined) console.log(`  notebooks not tested, ${WITHOUT_JUPYTER}`);
    else assert.ok(await exists(join(folder, "notebooks", "03_ablation.ipynb")), first.out);

    const before = await snapshot(folder), started = performance.now();
    const second = await said("reproduce", ...args);
    assert.equal(second.code, 0, second.err);
    assert.match(second.out, /3 runs, 3 of them finished already/);
    assert.match(second.out, /Ablation on tiny\n/);
    assert.deepEqual(await snapshot(folder), before, "a file was written again");
    const seconds = (performance.now() - started) / 1000;
    assert.ok(seconds < 20, `the second call took ${seconds} s`);

    // A further seed is added to what is there.
    const more = await said(
      "reproduce",
      ...args,
      "--seeds",
      "2",
      "--no-notebooks",
      "--workers",
      "2",
    );
    assert.equal(more.code, 0, more.err);
    assert.match(more.out, /6 runs, 3 of them finished already/);
    const runs = Object.entries(await snapshot(join(folder, "runs")));
    for (const [path, state] of runs) {
      if (path.includes("--s0--")) assert.equal(state, before[path], path);
    }
    assert.equal(runs.filter(([path]) => path.endsWith("evaluation.json")).length, 6);

    // A report that cannot be written does not undo the runs.
    const tables = join(folder, "tables"), again = [...args, "--seeds", "2", "--no-notebooks"];
    await Deno.remove(tables, { recursive: true });
    await Deno.writeTextFile(tables, "in the way");
    const unwritten = await said("reproduce", ...again);
    assert.equal(unwritten.code, 1, unwritten.err);
    assert.match(unwritten.err, /error: .*tables.*\nThe finished runs are kept/);
    assert.doesNotMatch(unwritten.err, /\n\s+at /, "a stack trace");
    await Deno.remove(tables);
    const written = await said("reproduce", ...again);
    assert.equal(written.code, 0, written.err);
    assert.match(written.out, /6 runs, 6 of them finished already/);
    assert.ok(await exists(tables));
  }));

Deno.test("reproduce stops at SIGINT with exit code 130, and the same command goes on", () =>
  inStudy(async (name, set) => {
    const runs = join(studyFolder(name), "runs");
    const args = ["--preset", "nano", "--datasets", set, "--rows", "A3,A6", "--no-notebooks"];
    for (const workers of ["1", "2"]) {
      const child = reproduce(...args, "--output", name, "--workers", workers).spawn();
      const before = await linesIn(runs);
      while (await linesIn(runs) <= before) await new Promise((go) => setTimeout(go, 20));
      child.kill("SIGINT");
      const { code, stdout, stderr } = await child.output();
      const out = new TextDecoder().decode(stdout), err = new TextDecoder().decode(stderr);
      assert.equal(code, 130, out + err);
      assert.match(
        err,
        /[12] of 2 runs are not finished\. The same command goes on.*\n.*--rows A3,A6/,
      );
    }
    const { code, out, err } = await said("reproduce", ...args, "--output", name);
    assert.equal(code, 0, err);
    assert.match(out, /Ablation on tiny\n/);
    assert.equal(await linesIn(runs), 12);
  }));

/** Lines of loss written by all runs so far. */
async function linesIn(folder: string): Promise<number> {
  let lines = 0;
  if (!await exists(folder)) return 0;
  for await (const { name } of Deno.readDir(folder)) {
    const text = await Deno.readTextFile(join(folder, name, "metrics.jsonl")).catch(() => "");
    lines += text.split("\n").length - 1;
  }
  return lines;
}
