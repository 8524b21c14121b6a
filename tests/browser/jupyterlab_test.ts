/// <reference lib="dom" />
/** A notebook in JupyterLab in a real browser: it runs, and shows table, plot and moving progress. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { isFile } from "unidiff/data/folders.ts";
import { projectFolder } from "unidiff/runtime/project.ts";
import { jupyterEnvironment, jupyterProgram } from "unidiff/runtime/setup/jupyter.ts";
import { placesOf } from "unidiff/runtime/setup/places.ts";
import { notebookPython, WITHOUT_JUPYTER } from "unidiff/study/notebooks.ts";
import { saveSetting, studyFolder } from "unidiff/study/setting.ts";
import { inFolder } from "../data/folder.ts";
import { tinyDataSet, tinyStudy } from "../study/tiny.ts";
import { findChromium, inChromium, type Page, WITHOUT_CHROMIUM } from "./chromium.ts";

const chromium = await findChromium();
const missing = notebookPython() === undefined
  ? WITHOUT_JUPYTER
  : chromium === undefined
  ? WITHOUT_CHROMIUM
  : undefined;
if (missing !== undefined) console.log(`JupyterLab is not tested in a browser: ${missing}`);

const NOTEBOOK = "03_ablation.ipynb";

Deno.test({
  name: "JupyterLab runs a notebook in a browser: table, plot, a progress line that moves in place",
  sanitizeOps: false,
  sanitizeResources: false,
  ignore: missing !== undefined,
  fn: () =>
    inFolder(async (folder) => {
      const name = `test-lab-${Deno.pid}`;
      // Inside the project, where a kernel finds deno.json; a copy, for JupyterLab saves by itself.
      const root = join(projectFolder, ".cache", name);
      try {
        // Nothing is computed yet: the cell that runs the study has something to show.
        const study = tinyStudy(await tinyDataSet(folder), { rows: ["A0", "A3", "A6"] });
        await saveSetting({ ...study, name });
        await Deno.mkdir(root, { recursive: true });
        await Deno.copyFile(join(projectFolder, "notebooks", NOTEBOOK), join(root, NOTEBOOK));
        await withLab(root, folder, name, async (url) => {
          await inChromium(chromium!, async (browser) => {
            const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
            const errors: string[] = [];
            page.on("pageerror", (error) => errors.push(error.message));
            await page.goto(`${url}lab/tree/${NOTEBOOK}?reset`);
            const progress = await runAll(page);
            await looksRight(page, progress);
            assert.deepEqual(errors, []);
          });
        });
      } finally {
        await Deno.remove(root, { recursive: true }).catch(() => {});
        await Deno.remove(studyFolder(name), { recursive: true }).catch(() => {});
      }
    }),
});

/** Starts JupyterLab on a free port with settings of its own, and ends it. */
async function withLab(
  root: string,
  folder: string,
  study: string,
  use: (url: string) => Promise<void>,
): Promise<void> {
  const places = placesOf(), runtime = join(folder, "runtime");
  const settings = join(folder, "settings", "@jupyterlab", "notebook-extension");
  await Deno.mkdir(settings, { recursive: true });
  // Every cell stays in the page, also those that are scrolled out of it.
  const tracker = JSON.stringify({ windowingMode: "none" });
  await Deno.writeTextFile(join(settings, "tracker.jupyterlab-settings"), tracker);
  const options = {
    "ServerApp.ip": "127.0.0.1",
    "ServerApp.port": "0",
    "ServerApp.root_dir": root,
    "ServerApp.password": "",
    "IdentityProvider.token": "",
  };
  const lab = new Deno.Command(jupyterProgram(places), {
    args: [
      ...["lab", "--no-browser", ...(Deno.uid() === 0 ? ["--allow-root"] : [])],
      ...Object.entries(options).map(([key, value]) => `--${key}=${value}`),
    ],
    cwd: root,
    env: {
      ...jupyterEnvironment(places),
      JUPYTER_CONFIG_DIR: join(folder, "config"),
      JUPYTER_RUNTIME_DIR: runtime,
      JUPYTERLAB_SETTINGS_DIR: join(folder, "settings"),
      JUPYTERLAB_WORKSPACES_DIR: join(folder, "workspaces"),
      UNIDIFF_STUDY: study,
    },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  try {
    await use(await until("JupyterLab's address", 60, () => addressIn(runtime)));
  } finally {
    lab.kill("SIGTERM");
    await lab.status;
  }
}

/** The address that a started server wrote down; undefined while there is none. */
async function addressIn(runtime: string): Promise<string | undefined> {
  for (const { name } of await entries(runtime)) {
    if (!/^jpserver-\d+\.json$/.test(name) || !await isFile(join(runtime, name))) continue;
    const text = await Deno.readTextFile(join(runtime, name));
    if (text.trim().endsWith("}")) return JSON.parse(text).url;
  }
}

async function entries(folder: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(folder));
  } catch {
    return [];
  }
}

/** Runs every cell; returns the texts that the progress line had one after the other. */
async function runAll(page: Page): Promise<string[]> {
  await page.waitForSelector(".jp-Notebook .jp-Cell", { timeout: 60_000 });
  // Run All before the kernel is ready would ask for a kernel.
  await until("an idle kernel", 60, async () => {
    const bar = await page.locator("#jp-main-statusbar").textContent();
    return /Deno \| Idle/.test(bar ?? "") || undefined;
  });
  await page.click('text="Run"');
  await page.click('.lm-Menu-item[data-command="runmenu:run-all"]');
  const seen: string[] = [];
  await until("the last words", 180, async () => {
    const { lines, error, done } = await page.evaluate(() => {
      const outputs = [...document.querySelectorAll(".jp-OutputArea-output")];
      const texts = outputs.map((output) => output.textContent ?? "");
      return {
        lines: texts.filter((text) => text.startsWith("study: ")),
        error: outputs.find((it) => it.getAttribute("data-mime-type")?.endsWith(".stderr"))
          ?.textContent,
        done: texts.some((text) => text.includes("every cell has run.")),
      };
    });
    assert.equal(error ?? "", "");
    assert.ok(lines.length <= 1, `several progress lines:\n${lines.join("\n")}`);
    if (lines[0] !== undefined && lines[0] !== seen.at(-1)) seen.push(lines[0]);
    return done || undefined;
  });
  return seen;
}

async function looksRight(page: Page, progress: readonly string[]): Promise<void> {
  assert.ok(progress.length >= 3, `the progress line hardly moved:\n${progress.join("\n")}`);
  assert.match(progress[0]!, /^study: \d+\/\d+ steps/);
  assert.match(progress.at(-1)!, /^study: done: \d+ steps/);
  const table = page.locator(".jp-OutputArea-output table", { hasText: "A6" }).first();
  await table.scrollIntoViewIfNeeded();
  const { width, height } = (await table.boundingBox())!;
  assert.ok(width > 300 && height > 60, `the table is ${width} × ${height}`);
  // Zoomable where plotly's extension is installed, else a drawing.
  const plot = page.locator(".jp-OutputArea-output :is(.js-plotly-plot svg.main-svg, svg, img)");
  await plot.first().scrollIntoViewIfNeeded();
  const box = (await plot.first().boundingBox())!;
  assert.ok(box.width > 300 && box.height > 200, `the plot is ${box.width} × ${box.height}`);
}

/** Asks until there is an answer; throws after so many seconds. */
async function until<T>(
  what: string,
  seconds: number,
  ask: () => Promise<T | undefined>,
): Promise<T> {
  const end = performance.now() + 1000 * seconds;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > end) throw new Error(`waited ${seconds} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
