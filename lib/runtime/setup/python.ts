import { join } from "@std/path";
import { exists, writeAtomic } from "../files.ts";
import { packedTensorflow } from "./packed.ts";
import { findProgram, isFile, lastLine, type Places, type Ran, readText, run } from "./places.ts";

/** A step that could not be done: what is wrong, and how to mend it. */
export class LeftOut extends Error {}

const notebooksStampPath = ({ venv }: Places) => join(venv, "unidiff-installed.txt");
const tensorflowStampPath = ({ venv }: Places) => join(venv, "unidiff-tensorflow.txt");
/** Says that set-up made the venv and may make it anew. */
const ownerPath = ({ cache }: Places) => join(cache, "venv-made-by-setup.txt");

/** What the venv's stamp says once the requirements are in it; a venv cannot be moved. */
function requirementsKey(places: Places): string {
  return `${places.venv}\n${readText(join(places.project, "requirements.txt")) ?? ""}`;
}

/** Whether the venv holds the requirements. */
export function venvDone(places: Places): boolean {
  return readText(notebooksStampPath(places)) === requirementsKey(places) &&
    isFile(join(places.venv, "bin", "python"));
}

/** Whether notebooks can be executed: JupyterLab, with the Deno kernel, is in the venv. */
export function notebooksAvailable(places: Places): boolean {
  return venvDone(places) && isFile(join(places.venv, "bin", "jupyter"));
}

/** Makes the venv and installs requirements.txt into it; throws {@link LeftOut}. */
export async function makeVenv(places: Places): Promise<void> {
  const python = await findPython();
  const { venv, project } = places, stamp = notebooksStampPath(places);
  const whole = isFile(stamp) && isFile(join(venv, "bin", "python")) &&
    readText(stamp)?.startsWith(`${venv}\n`);
  if (!whole) {
    // Without its stamp an earlier install was cut short and may have left half a package.
    if (await exists(venv) && !isFile(stamp) && !isFile(ownerPath(places))) {
      throw new LeftOut(`${venv} exists and set-up did not make it: move it away`);
    }
    if (await isLink(venv)) { // "--clear" would empty what it points at
      throw new LeftOut(`${venv} is a link, and what it points at is not whole: remove the link`);
    }
    await writeAtomic(ownerPath(places), "made by deno task setup, safe to delete\n");
    const made = await run(python, ["-m", "venv", "--clear", venv]);
    if (!made.ok) {
      throw new LeftOut(
        `"python3 -m venv" failed (${lastLine(made.output)}): on Debian or Ubuntu, ` +
          "apt install python3-venv",
      );
    }
  } else await Deno.remove(stamp);
  await pipInstall(places, ["-r", join(project, "requirements.txt")]);
  await writeAtomic(stamp, requirementsKey(places));
}

/** What the stamp says of the TensorFlow in the venv: the wheel's name and version; "" for none. */
export function tensorflowStamp(places: Places): string {
  const packed = packedTensorflow(places);
  if (packed !== undefined) return packed;
  return venvDone(places) ? readText(tensorflowStampPath(places)) ?? "" : "";
}

/** Folder of the TensorFlow wheel inside the venv, or undefined. */
export function tensorflowFolder(places: Places): string | undefined {
  if (tensorflowStamp(places) === "") return undefined;
  const lib = join(places.venv, "lib");
  for (const { name } of Deno.readDirSync(lib)) {
    const folder = join(lib, name, "site-packages", "tensorflow");
    if (isFile(join(folder, "libtensorflow_cc.so.2"))) return folder;
  }
  return undefined;
}

/** Installs a TensorFlow wheel, such as "tensorflow-cpu==2.21.0", into the venv. */
export async function installTensorflow(places: Places, wheel: string): Promise<void> {
  if (!venvDone(places)) throw new LeftOut("there is no .venv for TensorFlow");
  const stamp = tensorflowStampPath(places);
  if (isFile(stamp)) {
    // Both wheels hold the same files: the old one has to go first, not after.
    await Deno.remove(stamp);
    const names = ["tensorflow", "tensorflow-cpu"];
    await run(join(places.venv, "bin", "python"), ["-m", "pip", "uninstall", "-q", "-y", ...names]);
  }
  await pipInstall(places, [wheel]);
  await writeAtomic(stamp, wheel);
}

/**
 * Runs pip, which ends when its standard input does: a set-up that is killed leaves no pip behind
 * that would still write into the venv while the next set-up makes it anew.
 */
const PIP = `
import os, runpy, sys, threading
threading.Thread(target=lambda: (os.read(0, 1), os._exit(1)), daemon=True).start()
sys.argv[0] = "pip"
runpy.run_module("pip", run_name="__main__", alter_sys=True)`;

async function pipInstall(places: Places, what: readonly string[]): Promise<void> {
  const options = ["--quiet", "--disable-pip-version-check", "--retries", "2"];
  const python = join(places.venv, "bin", "python");
  const { ok, output }: Ran = await run(python, ["-c", PIP, "install", ...options, ...what]);
  if (ok) return;
  const said = output.split("\n").filter((line) => /^error/i.test(line)).join(" ");
  throw new LeftOut(
    `pip could not install ${what.at(-1)} (${said || lastLine(output)}): ` +
      "check the network and the disk's space",
  );
}

/** A Python of 3.10 or newer that can make a venv; throws {@link LeftOut}. */
async function findPython(): Promise<string> {
  const chosen = Deno.env.get("UNIDIFF_PYTHON") || findProgram("python3", "python");
  if (chosen === undefined) throw new LeftOut("Python is missing: install Python 3.10 or newer");
  const version = await run(chosen, ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"]);
  const [major = 0, minor = 0] = lastLine(version.output).split(".").map(Number);
  if (!version.ok || major < 3 || (major === 3 && minor < 10)) {
    throw new LeftOut(
      `${chosen} is version ${
        lastLine(version.output)
      }: install Python 3.10 or newer, or name one ` +
        "in UNIDIFF_PYTHON",
    );
  }
  const venv = await run(chosen, ["-c", "import venv, ensurepip"]);
  if (!venv.ok) {
    throw new LeftOut("Python has no venv module: on Debian or Ubuntu, apt install python3-venv");
  }
  return chosen;
}

async function isLink(path: string): Promise<boolean> {
  return await exists(path) && (await Deno.lstat(path)).isSymlink;
}
