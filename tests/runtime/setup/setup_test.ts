/** Set-up in poor surroundings: each test gives a child process its own PATH, HOME and folders. */
import assert from "node:assert/strict";
import { dirname, join } from "@std/path";
import { projectFolder } from "unidiff/runtime/project.ts";

const child = `
import { ensureSetup } from "unidiff/runtime/setup/setup.ts";
import { placesOf } from "unidiff/runtime/setup/places.ts";
const report = await ensureSetup({ places: placesOf(Deno.args[0]), say: (l) => console.log("say: " + l) });
console.log(JSON.stringify(report));
`;

/** A project folder with packages but no venv, a folder for PATH, and an empty home. */
async function surroundings() {
  const root = await Deno.makeTempDir({ prefix: "unidiff-setup-" });
  const project = join(root, "project"), path = join(root, "bin"), home = join(root, "home");
  for (const folder of [project, path, home]) await Deno.mkdir(folder);
  await Deno.mkdir(join(project, "node_modules/node-api-headers"), { recursive: true });
  await Deno.writeTextFile(join(project, "node_modules/node-api-headers/package.json"), "{}");
  await Deno.writeTextFile(join(project, "requirements.txt"), "jupyterlab\n");
  const script = join(projectFolder, ".cache", `setup-test-${crypto.randomUUID()}.ts`);
  await Deno.mkdir(join(projectFolder, ".cache"), { recursive: true });
  await Deno.writeTextFile(script, child);
  const command = (env: Record<string, string> = {}) =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--config", join(projectFolder, "deno.json"), script, project],
      clearEnv: true,
      env: {
        PATH: path,
        HOME: home,
        DENO_DIR: Deno.env.get("DENO_DIR") ?? defaultDenoDir(),
        ...env,
      },
      stdout: "piped",
      stderr: "piped",
    });
  const setUp = async (env?: Record<string, string>) => {
    const { code, stdout, stderr } = await command(env).output();
    const text = new TextDecoder().decode(stdout);
    assert.equal(code, 0, text + new TextDecoder().decode(stderr));
    const lines = text.trim().split("\n");
    return { said: lines.slice(0, -1), report: JSON.parse(lines.at(-1) as string) };
  };
  const program = async (name: string, body: string) => {
    const file = join(path, name);
    await Deno.writeTextFile(file, `#!/bin/sh\n${body}\n`);
    await Deno.chmod(file, 0o755);
  };
  const dispose = async () => {
    await Deno.remove(root, { recursive: true });
    await Deno.remove(script);
  };
  return { project, home, command, setUp, program, dispose };
}

function defaultDenoDir(): string {
  return join(Deno.env.get("XDG_CACHE_HOME") ?? join(Deno.env.get("HOME") ?? "", ".cache"), "deno");
}

/** A python3 that makes a venv with a pip of our own: `pip` is the shell text of an installation. */
const python = (pip: string) => `
case "$*" in
  *version_info*) echo 3.11;;
  *"import venv"*) exit 0;;
  *"-m venv"*)
    for last; do :; done
    /bin/mkdir -p "$last/bin"; echo made > "$last/pyvenv.cfg"
    /bin/cat > "$last/bin/python" <<'PIP'
#!/bin/sh
${pip}
PIP
    /bin/chmod +x "$last/bin/python";;
esac`;

Deno.test("without Python and compiler set-up says in one line what is left out and how to mend it", async () => {
  const s = await surroundings();
  try {
    const { said, report } = await s.setUp();
    assert.equal(report.native, false);
    assert.equal(report.notebooks, false);
    const line = said.at(-1) ?? "";
    assert.match(line, /wasm backend, several times slower; notebooks are left out/);
    assert.match(line, /install Python 3\.10 or newer/);
    assert.deepEqual([...Deno.readDirSync(s.home)], [], "nothing is written into the home folder");
  } finally {
    await s.dispose();
  }
});

Deno.test("a Python without venv (a bare Debian) is no error but a line with the remedy", async () => {
  const s = await surroundings();
  try {
    await s.program("python3", `case "$*" in *version_info*) echo 3.11;; *) exit 1;; esac`);
    const { said, report } = await s.setUp();
    assert.equal(report.notebooks, false);
    assert.match(said.at(-1) ?? "", /apt install python3-venv/);
  } finally {
    await s.dispose();
  }
});

Deno.test("a Python that is too old is named with its version", async () => {
  const s = await surroundings();
  try {
    await s.program("python3", "echo 3.8");
    const { said } = await s.setUp();
    assert.match(said.at(-1) ?? "", /is version 3\.8: install Python 3\.10 or newer/);
  } finally {
    await s.dispose();
  }
});

Deno.test("a pip that cannot install is reported with its last line, and tried again later", async () => {
  const s = await surroundings();
  try {
    await s.program("python3", python("echo 'ERROR: no network' >&2; exit 1"));
    assert.match((await s.setUp()).said.at(-1) ?? "", /ERROR: no network.*check the network/);
    const good = python(`/bin/mkdir -p "\${0%/*}"; : > "\${0%/*}/jupyter"`);
    await s.program("python3", good);
    assert.equal((await s.setUp()).report.notebooks, true);
  } finally {
    await s.dispose();
  }
});

Deno.test("set-up killed in the middle begins that step anew, and a finished one is not repeated", async () => {
  const s = await surroundings();
  try {
    const calls = join(s.project, "calls");
    const install = `echo call >> ${calls}; [ -f ${s.project}/slow ] && /bin/sleep 30
: > "\${0%/*}/jupyter"`;
    await s.program("python3", python(install));
    await Deno.writeTextFile(join(s.project, "slow"), "");
    const killed = s.command().spawn();
    while (!await Deno.stat(calls).then(() => true, () => false)) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    killed.kill("SIGKILL");
    await killed.output();
    await Deno.remove(join(s.project, "slow"));

    const { report, said } = await s.setUp();
    assert.equal(report.notebooks, true);
    assert.ok(said.some((line) => line.includes("installing JupyterLab")));
    assert.equal((await Deno.readTextFile(calls)).split("call").length - 1, 2);
    const kernel = JSON.parse(
      await Deno.readTextFile(join(s.project, ".venv/share/jupyter/kernels/deno/kernel.json")),
    );
    assert.equal(kernel.argv[0], Deno.execPath());
    assert.equal(kernel.interrupt_mode, "message");

    const again = await s.setUp();
    assert.ok(!again.said.some((line) => line.includes("installing")));
    assert.equal((await Deno.readTextFile(calls)).split("call").length - 1, 2);
    assert.deepEqual([...Deno.readDirSync(s.home)], [], "nothing is written into the home folder");
  } finally {
    await s.dispose();
  }
});

Deno.test("a .venv that set-up did not make is left alone", async () => {
  const s = await surroundings();
  try {
    await s.program("python3", python("exit 0"));
    await Deno.mkdir(join(s.project, ".venv"));
    await Deno.writeTextFile(join(s.project, ".venv/pyvenv.cfg"), "mine");
    assert.match((await s.setUp()).said.at(-1) ?? "", /set-up did not make it: move it away/);
    assert.equal(await Deno.readTextFile(join(s.project, ".venv/pyvenv.cfg")), "mine");
  } finally {
    await s.dispose();
  }
});

Deno.test("what a linked .venv points at is left alone, even with a stamp of set-up in it", async () => {
  const s = await surroundings();
  try {
    await s.program("python3", python("exit 0"));
    const other = join(s.home, "another/.venv");
    await Deno.mkdir(other, { recursive: true });
    await Deno.writeTextFile(join(other, "unidiff-installed.txt"), `${other}\n`);
    await Deno.symlink(other, join(s.project, ".venv"));
    assert.match((await s.setUp()).said.at(-1) ?? "", /is a link, .* remove the link/);
    assert.deepEqual([...Deno.readDirSync(other)].map(({ name }) => name), [
      "unidiff-installed.txt",
    ]);
  } finally {
    await s.dispose();
  }
});

/** Waits until a file is there. */
async function appears(path: string): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (await Deno.stat(path).then(() => true, () => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${path} did not appear in 10 s`);
}

Deno.test("two set-ups at once install once: the second waits", async () => {
  const s = await surroundings();
  try {
    const calls = join(s.project, "calls");
    const install = `echo call >> ${calls}; /bin/sleep 0.5; : > "\${0%/*}/jupyter"`;
    await s.program("python3", python(install));
    const reports = await Promise.all([s.setUp(), s.setUp()]);
    assert.deepEqual(reports.map(({ report }) => report.notebooks), [true, true]);
    assert.equal(await Deno.readTextFile(calls), "call\n");
  } finally {
    await s.dispose();
  }
});

Deno.test("set-up killed while it makes the venv makes it anew", async () => {
  const s = await surroundings();
  try {
    const whole = python(`: > "\${0%/*}/jupyter"`), begun = join(s.project, ".venv/pyvenv.cfg");
    const half = `/bin/mkdir -p ${s.project}/.venv; echo half > ${begun}; exec /bin/sleep 30`;
    await s.program("python3", whole.replace('-m venv"*)', `-m venv"*) ${half};;\n  never)`));
    const killed = s.command().spawn();
    await appears(begun);
    killed.kill("SIGKILL");
    await killed.output();
    await s.program("python3", whole);
    assert.equal((await s.setUp()).report.notebooks, true);
  } finally {
    await s.dispose();
  }
});

Deno.test("a pip does not outlive the set-up that is killed", async () => {
  const real = await new Deno.Command("python3", {
    args: ["-c", "import sys; print(sys.executable)"],
  }).output().catch(() => undefined);
  if (!real?.success) return console.log("  skipped: there is no python3");
  const s = await surroundings();
  try {
    const pip = join(s.project, "stub", "pip"), started = join(s.project, "pid");
    await Deno.mkdir(pip, { recursive: true });
    const code = `import os, time\nopen("${started}.tmp", "w").write(str(os.getpid()))\n` +
      `os.rename("${started}.tmp", "${started}")\ntime.sleep(30)\n`;
    await Deno.writeTextFile(join(pip, "__main__.py"), code);
    await Deno.writeTextFile(join(pip, "__init__.py"), "");
    const executable = new TextDecoder().decode(real.stdout).trim();
    await s.program("python3", python(`PYTHONPATH=${dirname(pip)} exec ${executable} "$@"`));
    const killed = s.command().spawn();
    await appears(started);
    const pid = Number(await Deno.readTextFile(started));
    killed.kill("SIGKILL");
    await killed.output();
    for (let i = 0; i < 100 && isAlive(pid); i++) await new Promise((r) => setTimeout(r, 20));
    assert.ok(!isAlive(pid), "pip still runs");
  } finally {
    await s.dispose();
  }
});

/** Whether a process runs (and is not just waiting for its parent to hear of its end). */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
  } catch {
    return false;
  }
}

/** A pip that installs a TensorFlow of empty files. */
const tensorflowPip = `
home="\${0%/*}/../lib/python3.11/site-packages/tensorflow"
/bin/mkdir -p "$home/include"; : > "$home/libtensorflow_cc.so.2"; : > "\${0%/*}/jupyter"`;

/** A compiler that writes its call where the addon belongs. */
const compiler = `for last; do :; done; echo "$@" > "$last"`;

Deno.test("with a compiler the wheel is installed and the addon compiled against it, once", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  const s = await surroundings();
  try {
    await s.program("python3", python(tensorflowPip));
    await s.program("c++", compiler);
    const { report, said } = await s.setUp();
    assert.deepEqual(report, { notebooks: true, native: true, leftOut: "" });
    assert.ok(said.some((line) => /installing tensorflow-cpu==2\.21\.0/.test(line)), said.join());
    const folder = join(s.project, "node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8");
    const call = await Deno.readTextFile(join(folder, "tfjs_binding.node"));
    assert.match(call, /-Wl,-rpath,\S*\.venv\/lib\/python3\.11\/site-packages\/tensorflow /);
    assert.deepEqual((await s.setUp()).said, []);
    // Another wheel by hand: it replaces the first, and the addon is compiled anew.
    const cuda = await s.setUp({ UNIDIFF_TENSORFLOW: "cuda" });
    assert.equal(cuda.said.length, 2);
    assert.match(cuda.said[0] as string, /installing tensorflow\[and-cuda\]==2\.21\.0/);
    assert.match(cuda.said[1] as string, /compiling/);
  } finally {
    await s.dispose();
  }
});

Deno.test("an NVIDIA driver makes set-up take CUDA's wheel", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  const s = await surroundings();
  try {
    await s.program("python3", python(tensorflowPip));
    await s.program("c++", compiler);
    await s.program("nvidia-smi", "exit 0");
    const { said } = await s.setUp();
    assert.ok(said.some((line) => line.includes("tensorflow[and-cuda]==2.21.0")), said.join());
  } finally {
    await s.dispose();
  }
});

Deno.test("a wheel that cannot be installed, or an addon that does not compile, leaves notebooks", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  const s = await surroundings();
  try {
    const noWheel = `case "$*" in *tensorflow-cpu*) echo "ERROR: no such wheel" >&2; exit 1;; esac`;
    await s.program("python3", python(noWheel + tensorflowPip));
    await s.program("c++", compiler);
    const first = await s.setUp();
    assert.deepEqual([first.report.notebooks, first.report.native], [true, false]);
    assert.match(first.report.leftOut, /wasm.*could not install tensorflow-cpu.*no such wheel/);

    await Deno.remove(join(s.project, ".venv"), { recursive: true });
    await s.program("python3", python(tensorflowPip));
    await s.program("c++", `echo "error: no header" >&2; exit 1`);
    const second = await s.setUp();
    assert.deepEqual([second.report.notebooks, second.report.native], [true, false]);
    assert.match(second.report.leftOut, /could not compile the addon \(error: no header\)/);
  } finally {
    await s.dispose();
  }
});
