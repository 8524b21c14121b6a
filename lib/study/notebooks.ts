/** Executes notebooks without a browser and checks that every cell has run. */
import { basename, join } from "@std/path";
import { exists, projectFolder, writeAtomic } from "../runtime/mod.ts";
import { notebooksAvailable, type Places, placesOf } from "../runtime/setup/mod.ts";

/** A notebook's file, as far as it is read here. */
export interface Notebook {
  cells: Cell[];
  metadata: { unidiff?: { inputs: string } } & Record<string, unknown>;
}

/** A cell; Markdown cells have no outputs. */
export interface Cell {
  cell_type: "code" | "markdown" | "raw";
  id: string;
  source: string | string[];
  outputs?: Output[];
}

/** An output of a code cell. */
export interface Output {
  output_type: "display_data" | "execute_result" | "stream" | "error";
  data?: Record<string, unknown>;
  ename?: string;
  evalue?: string;
}

/** How a notebook is executed. */
export interface ExecuteOptions {
  /** The study it is about, see setting.ts. */
  readonly study: string;
  /** Where the executed notebook goes. */
  readonly output: string;
  /** A hash of what its outputs depend on, asked for when it has run; remembered in it. */
  readonly inputs?: () => Promise<string>;
  /** Seconds for each cell; 0, the default, for no limit. */
  readonly timeout?: number;
  /** A Python with nbclient; that of `.venv` unless given. */
  readonly python?: string;
  /** A kernel's name and the folder that holds `kernels/<name>`; Deno's in `.venv` unless given. */
  readonly kernel?: { readonly name: string; readonly folder: string };
}

/** The last cell of a notebook shows a text that ends so; a kernel that hides an error is found out. */
const LAST_WORDS = "every cell has run.";

/** Executes a notebook into `output`; throws an error that names a failed cell. The source stays. */
export async function executeNotebook(source: string, options: ExecuteOptions): Promise<void> {
  const { study, output, inputs, timeout = 0 } = options;
  const python = options.python ?? notebookPython();
  if (python === undefined) throw new Error(`${source}: not executed, ${WITHOUT_JUPYTER}`);
  const jupyter = join(projectFolder, ".cache", "jupyter");
  const { name: kernel, folder: kernels } = options.kernel ?? { name: "deno", folder: "" };
  await Deno.mkdir(join(jupyter, "ipython"), { recursive: true });
  const executed = join(jupyter, `${Deno.pid}-${basename(source)}`);
  const { code, stdout, stderr } = await new Deno.Command(python, {
    args: [
      join(projectFolder, "lib", "study", "execute_notebook.py"),
      ...[source, executed, kernel, String(timeout)],
    ],
    env: {
      UNIDIFF_STUDY: study,
      JUPYTER_PATH: kernels,
      // Nothing is written into the user's home.
      JUPYTER_CONFIG_DIR: join(jupyter, "config"),
      JUPYTER_DATA_DIR: join(jupyter, "data"),
      JUPYTER_RUNTIME_DIR: join(jupyter, "runtime"),
      IPYTHONDIR: join(jupyter, "ipython"),
    },
  }).output();
  if (!await exists(executed)) {
    const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    throw new Error(`${source}: could not be executed by ${python}:\n${said.trim().slice(-4000)}`);
  }
  const notebook = await readNotebook(executed);
  const died = code === 0 ? undefined : new TextDecoder().decode(stderr).trim().slice(-4000);
  const fault = errorIn(notebook) ?? died ?? unfinished(notebook);
  if (fault === undefined && inputs) notebook.metadata.unidiff = { inputs: await inputs() };
  await writeAtomic(output, JSON.stringify(notebook, null, 1) + "\n");
  await Deno.remove(executed);
  if (fault !== undefined) {
    throw new Error(`${basename(source)}: ${fault}\nSee the executed notebook ${output}`);
  }
}

/** Whether a notebook was executed, without error, from the same inputs. */
export async function isExecuted(output: string, inputs: string): Promise<boolean> {
  if (!await exists(output)) return false;
  return (await readNotebook(output)).metadata.unidiff?.inputs === inputs;
}

/** Writes an executed notebook over the one it was executed from, without the hash of its inputs. */
export async function keepOutputs(executed: string, source: string): Promise<void> {
  const { metadata: { unidiff: _, ...metadata }, ...notebook } = await readNotebook(executed);
  const kept = { cells: notebook.cells, metadata, nbformat: 4, nbformat_minor: 5 };
  await writeAtomic(source, JSON.stringify(kept, null, 1) + "\n");
}

/** What a notebook's outputs depend on of itself: the sources of its cells. */
export async function sourcesOf(path: string): Promise<string> {
  const { cells } = await readNotebook(path);
  return JSON.stringify(
    cells.map(({ source }) => Array.isArray(source) ? source.join("") : source),
  );
}

export async function readNotebook(path: string): Promise<Notebook> {
  return JSON.parse(await Deno.readTextFile(path)) as Notebook;
}

/** The notebooks of the project, in order. */
export async function projectNotebooks(): Promise<string[]> {
  const folder = join(projectFolder, "notebooks"), paths: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (/^\d\d_\w+\.ipynb$/.test(name)) paths.push(join(folder, name));
  }
  return paths.sort();
}

/** The error output of an executed notebook, or undefined. */
function errorIn({ cells }: Notebook): string | undefined {
  const code = cells.filter(({ cell_type }) => cell_type === "code");
  for (const [i, { outputs = [] }] of code.entries()) {
    const error = outputs.find(({ output_type }) => output_type === "error");
    if (error) return `code cell ${i + 1} of ${code.length}: ${error.ename}: ${error.evalue}`;
  }
}

/** What lacks at the end of an executed notebook, or undefined. */
function unfinished({ cells }: Notebook): string | undefined {
  const last = cells.findLast(({ cell_type }) => cell_type === "code");
  const text = last?.outputs?.at(-1)?.data?.["text/plain"] ?? "";
  const words = Array.isArray(text) ? text.join("") : String(text);
  if (words.trimEnd().endsWith(LAST_WORDS)) return undefined;
  return `the last cell should show "… ${LAST_WORDS}", found ${JSON.stringify(words)}`;
}

/** Why notebooks are not executed, where {@link notebookPython} finds nothing. */
export const WITHOUT_JUPYTER = "there is no JupyterLab in .venv; it needs Python 3.10 or newer " +
  "with venv, then the same command executes them";

/** The Python of `.venv`, where set-up could install JupyterLab. */
export function notebookPython(places: Places = placesOf()): string | undefined {
  return notebooksAvailable(places) ? join(places.venv, "bin", "python") : undefined;
}
