/** The notebooks: what is committed, that their cells type-check, and that they run. */
import assert from "node:assert/strict";
import { basename, join } from "@std/path";
import { mapLimited } from "unidiff/data/pool.ts";
import { projectFolder } from "unidiff/runtime/project.ts";
import { startBackend } from "unidiff/runtime/backend.ts";
import {
  type Cell,
  executeNotebook,
  type ExecuteOptions,
  type Notebook,
  notebookPython,
  projectNotebooks,
  readNotebook,
  WITHOUT_JUPYTER,
} from "unidiff/study/notebooks.ts";
import { StudyContext } from "unidiff/study/context.ts";
import { saveSetting, studyFolder } from "unidiff/study/setting.ts";
import { runStudy } from "unidiff/study/study.ts";
import { inFolder } from "./data/folder.ts";
import { quick, silent, tinyDataSet, tinyStudy } from "./study/tiny.ts";

const sources = await projectNotebooks();
const textOf = ({ source }: Cell) => Array.isArray(source) ? source.join("") : source;
const codeCells = ({ cells }: Notebook) => cells.filter(({ cell_type }) => cell_type === "code");

Deno.test("notebooks are there, small-celled, and name no machine", async () => {
  assert.deepEqual(sources.map((path) => basename(path, ".ipynb")), [
    "00_start_here",
    "01_data",
    "02_models_and_losses",
    "03_ablation",
    "04_generation",
    "05_small_data",
    "06_consistency_forms",
    "07_report",
  ]);
  for (const source of sources) {
    const notebook = await readNotebook(source), where = basename(source);
    const { metadata, cells } = notebook;
    assert.equal((metadata.kernelspec as { name: string }).name, "deno", where);
    assert.equal(new Set(cells.map(({ id }) => id)).size, cells.length, `${where}: ids`);
    assert.ok(cells.every(({ id }) => /^[a-z-]+$/.test(id)), `${where}: ids are words`);
    for (const cell of codeCells(notebook)) {
      assert.ok(textOf(cell).split("\n").length <= 10, `${where}: a long cell\n${textOf(cell)}`);
      // A kernel may lose the last value of a cell: everything is shown by an awaited call.
      assert.match(textOf(cell).trimEnd(), /[;}]$/, where);
    }
    const text = await Deno.readTextFile(source);
    for (const found of [projectFolder, Deno.env.get("HOME") ?? projectFolder]) {
      if (found !== "/") assert.ok(!text.includes(`${found}/`), `${where} names ${found}`);
    }
  }
});

Deno.test("notebooks' cells type-check as one module each", async () => {
  const folder = join(projectFolder, ".cache", "notebook-cells");
  await Deno.mkdir(folder, { recursive: true });
  const modules = await Promise.all(sources.map(async (source) => {
    const path = join(folder, `${basename(source, ".ipynb")}.ts`);
    const code = codeCells(await readNotebook(source)).map(textOf).join("\n\n");
    await Deno.writeTextFile(path, `${code}\nexport {};\n`);
    return path;
  }));
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--quiet", ...modules],
    cwd: projectFolder,
    env: { NO_COLOR: "1" },
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
});

const python = notebookPython();
if (python === undefined) console.log(`notebooks: execution not tested, ${WITHOUT_JUPYTER}`);

const loose = { sanitizeOps: false, sanitizeResources: false, ignore: python === undefined };

Deno.test({
  name:
    "executeNotebook() runs every notebook; one again and on a newer Deno, with the same outputs",
  ...loose,
  fn: () =>
    inStudy(async (study, folder) => {
      const newer = await newerKernel(join(folder, "jupyter"));
      if (newer === undefined) console.log(`  npx cannot get deno@${NEWER} here: not tested on it`);
      // Two at a time: half of a notebook's time its kernel starts, on one core.
      await mapLimited(sources, 2, async (source) => {
        const before = await Deno.readTextFile(source), found: string[] = [];
        // Each start of a kernel costs seconds: the others run once.
        const again = basename(source).startsWith("03") ? [undefined, ...newer ? [newer] : []] : [];
        for (const kernel of [undefined, ...again]) {
          const output = join(folder, "notebooks", `${found.length}-${basename(source)}`);
          const options = { study, output, timeout: 300 };
          if (kernel === undefined) await executeNotebook(source, options);
          else await executedOnNewer(source, { ...options, kernel, timeout: 150 });
          const notebook = await readNotebook(output);
          everyCellSays(notebook, output);
          found.push(outputsOf(notebook));
        }
        for (const outputs of found) assert.equal(outputs, found[0], basename(source));
        assert.equal(await Deno.readTextFile(source), before, `${source} was changed`);
      });
    }),
});

Deno.test({
  name: "executeNotebook() names the failed cell, keeps the notebook, and notices a cell not run",
  ...loose,
  fn: () =>
    inFolder(async (folder) => {
      const options = { study: "none", output: join(folder, "out.ipynb") };
      const failing = await notebookOf(folder, [
        "const x: number = 1;",
        'throw new Error("no such thing");',
      ]);
      await assert.rejects(executeNotebook(failing, options), /code cell 2 of 2: .*no such/s);
      assert.match(await Deno.readTextFile(options.output), /no such thing/);
      const endless = await notebookOf(folder, ["const x = 1;"]);
      const missing = /the last cell should show "… every cell has run\."/;
      await assert.rejects(executeNotebook(endless, options), missing);
    }),
});

/** Newer kernels lose messages (why an older one is pinned): one lost reply is no fault of ours. */
async function executedOnNewer(source: string, options: ExecuteOptions): Promise<void> {
  try {
    await executeNotebook(source, options);
  } catch (error) {
    if (!/CellTimeoutError/.test(String(error))) throw error;
    console.log(`  deno@${NEWER} did not answer a cell of ${basename(source)}: tried once more`);
    await executeNotebook(source, options);
  }
}

/** Runs a test with a small finished study in results/, which is removed afterwards. */
async function inStudy(test: (name: string, folder: string) => Promise<void>): Promise<void> {
  await startBackend();
  const name = `test-notebooks-${Deno.pid}`, folder = studyFolder(name);
  try {
    const rows = ["A0", "A3", "A6"], study = tinyStudy(await tinyDataSet(folder), { rows });
    await saveSetting({ ...study, name });
    await runStudy(study, folder, { context: new StudyContext(quick), progress: silent });
    await test(name, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Cells that show something show it in every run; a cell without output only prepares. */
function everyCellSays(notebook: Notebook, where: string): void {
  for (const cell of codeCells(notebook)) {
    if (!/^ *await show\(/m.test(textOf(cell))) continue;
    const optional = /^ *if /m.test(textOf(cell));
    assert.ok(optional || (cell.outputs ?? []).length > 0, `${where}: lost\n${textOf(cell)}`);
  }
}

/** Kinds of output of every code cell, and its texts where they say something of the study. */
function outputsOf(notebook: Notebook): string {
  return codeCells(notebook).map(({ outputs = [] }, i) =>
    `${i}: ` +
    outputs.map(({ output_type, data = {} }) =>
      `${output_type} ${Object.keys(data).sort()} ${JSON.stringify(data["text/plain"])}`
    ).join("; ")
  ).join("\n");
}

/** A notebook of these cells. */
async function notebookOf(folder: string, sources: string[]): Promise<string> {
  const path = join(folder, "test.ipynb");
  const cells = sources.map((source, i) => (
    { cell_type: "code", id: `c${i}`, metadata: {}, execution_count: null, outputs: [], source }
  ));
  await Deno.writeTextFile(
    path,
    JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }),
  );
  return path;
}

const NEWER = "2.9.6";

/** A kernel of a newer Deno from npm, as a user may have one; undefined without npx or network. */
async function newerKernel(folder: string): Promise<{ name: string; folder: string } | undefined> {
  const printPath = ["-y", `deno@${NEWER}`, "eval", "--no-config", "console.log(Deno.execPath())"];
  const npx = new Deno.Command("npx", { args: printPath, cwd: "/", stderr: "null" });
  const printed = await npx.output().catch(() => undefined);
  if (!printed?.success) return undefined;
  const deno = new TextDecoder().decode(printed.stdout).trim(), name = "newer-deno";
  await Deno.mkdir(join(folder, "kernels", name), { recursive: true });
  const argv = [deno, "jupyter", "--kernel", "--conn", "{connection_file}"];
  await Deno.writeTextFile(
    join(folder, "kernels", name, "kernel.json"),
    JSON.stringify({ argv, display_name: "Deno", language: "typescript" }),
  );
  return { name, folder };
}
