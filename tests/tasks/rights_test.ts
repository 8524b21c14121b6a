/** What tasks may do and may not, tried by programs that run with the rights of a task. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { projectFolder } from "unidiff/runtime/project.ts";
import { commandOf, flagsOf, rightsOf, settingPaths, tasks } from "unidiff/tasks/rights.ts";
import { inFolder } from "../data/folder.ts";

/** What a program says that runs as the task would with these words. */
async function tried(task: string, words: readonly string[], code: string): Promise<string> {
  let said = "";
  await inFolder(async (folder) => {
    const script = join(folder, "try.ts");
    await Deno.writeTextFile(script, code);
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: commandOf(task, script, words),
      env: { NO_COLOR: "1", SECRET_TOKEN: "secret" },
      stdin: "null",
    }).output();
    said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  });
  return said;
}

/** Says of each attempt whether it came through. */
const attempts = (tries: Record<string, string>) =>
  Object.entries(tries).map(([name, code]) =>
    `try { await (async () => { ${code} })(); console.log("did ${name}"); }
     catch (error) { console.log("not ${name}:", error.name); }`
  ).join("\n");

Deno.test("a training run reaches no network, writes nothing outside and starts no program", () =>
  inFolder(async (outside) => {
    const server = Deno.serve({ port: 0, onListen() {} }, () => new Response("reached"));
    const { port } = server.addr;
    const secret = join(outside, "secret.txt"), target = join(outside, "written.txt");
    await Deno.writeTextFile(secret, "secret");
    const libc = `${JSON.stringify(rightsOf("finetune", []).ffi.at(-1))}`;
    const script = attempts({
      connect: `await Deno.connect({ port: ${port} })`,
      fetch: `await fetch("http://127.0.0.1:${port}")`,
      listen: `Deno.listen({ port: 0 })`,
      node: `await new Promise((good, bad) => import("node:net").then(({ default: net }) =>
        net.connect(${port}, "127.0.0.1").on("connect", good).on("error", bad)))`,
      remote: `const at = "http://127.0.0.1:${port}/module.ts"; await import(at)`,
      resolve: `await Deno.resolveDns("localhost", "A")`,
      write: `await Deno.writeTextFile(${JSON.stringify(target)}, "x")`,
      source: `await Deno.writeTextFile(${JSON.stringify(join(projectFolder, "deno.json"))}, "x")`,
      link: `await Deno.symlink(${JSON.stringify(outside)}, ${
        JSON.stringify(join(projectFolder, "results", "out"))
      })`,
      read: `await Deno.readTextFile(${JSON.stringify(secret)})`,
      run: `await new Deno.Command("sh", { args: ["-c", "true"] }).output()`,
      deno: `await new Deno.Command(Deno.execPath(), { args: ["--version"] }).output()`,
      library: `Deno.dlopen("libc.so.6", {})`,
      opened: `const { systemText } = await import(${
        JSON.stringify(join(projectFolder, "lib/runtime/libc.ts"))
      }); if (systemText("/proc/self/stat") !== undefined) Deno.dlopen(${libc}, {})
        ; else throw new Error("no libc")`,
      signal: `Deno.kill(1, "SIGCONT")`,
      variable: `if (Deno.env.get("SECRET_TOKEN") === undefined) throw new Error("not set")`,
    });
    try {
      const said = await tried("finetune", ["--data", "ecommerce-product"], script);
      assert.equal(said.match(/^not /gm)?.length, 16, said);
      assert.doesNotMatch(said, /^did /m);
      await assert.rejects(Deno.stat(target), Deno.errors.NotFound);
    } finally {
      await server.shutdown();
    }
  }));

Deno.test("what the arguments name is readable, what --output names is writable, no more", () =>
  inFolder(async (folder) => {
    const data = join(folder, "my, data"), output = join(folder, "out"), other = join(folder, "b");
    for (const path of [data, output, other]) await Deno.mkdir(path);
    const set = `${data}#format=parquet`;
    const script = attempts({
      data: `Deno.readDirSync(${JSON.stringify(data)})`,
      output: `Deno.writeTextFileSync(${JSON.stringify(join(output, "x"))}, "x")`,
      results: `Deno.mkdirSync(${
        JSON.stringify(join(projectFolder, "results"))
      }, { recursive: true })`,
      changed: `Deno.writeTextFileSync(${JSON.stringify(join(data, "x"))}, "x")`,
      other: `Deno.readDirSync(${JSON.stringify(other)})`,
    });
    const said = await tried("search", ["A chair.", "--data", set, `--output=${output}`], script);
    for (const name of ["data", "output", "results"]) {
      assert.match(said, RegExp(`^did ${name}$`, "m"));
    }
    for (const name of ["changed", "other"]) assert.match(said, RegExp(`^not ${name}:`, "m"));
  }));

Deno.test("only what fetches may reach out, and to the hosts that it names", () => {
  for (const task of Object.keys(tasks)) assert.deepEqual(rightsOf(task, []).net, [], task);
  for (const [task, ...words] of [["weights", "get", "a/b"], ["data", "get", "abo"]] as const) {
    const { net } = rightsOf(task, words);
    assert.ok(net.includes("huggingface.co") && net.every((host) => /^[\w*.:-]+$/.test(host)));
  }
  assert.deepEqual(rightsOf("weights", ["inspect", "get"]).net, []);
  const flags = flagsOf(rightsOf("weights", ["get", "a/b"]));
  assert.ok(flags.some((flag) => /^--allow-net=.+/.test(flag)), flags.join(" "));
});

Deno.test("no task has all rights or an unnamed one", async () => {
  // It kills processes on purpose.
  assert.ok(flagsOf(rightsOf("stress", [])).includes("--allow-all"));
  for (const task of Object.keys(tasks).filter((name) => name !== "stress")) {
    for (const flag of flagsOf(rightsOf(task, []))) {
      assert.doesNotMatch(flag, /^(-A|--allow-all|--allow-\w+)$/, task);
    }
  }
  const { tasks: lines } = JSON.parse(
    await Deno.readTextFile(join(projectFolder, "deno.json")),
  ) as { tasks: Record<string, string> };
  for (const [name, line] of Object.entries(lines)) {
    if (name === "check" || name === "setup") continue;
    assert.ok(Object.hasOwn(tasks, name), name);
    assert.doesNotMatch(line, / -A|--allow-(all|write|net|ffi)/);
    assert.ok(line.endsWith(`lib/tasks/start.ts ${name}`), line);
  }
  assert.throws(() => rightsOf("__proto__", []), /task "__proto__" is not known/);
});

Deno.test("programs are started only where the arguments ask for them", () => {
  const deno = Deno.execPath(), runs = (...words: string[]) => rightsOf("reproduce", words).run;
  assert.ok(!runs("--no-notebooks").includes(deno));
  assert.ok(!runs("--no-notebooks", "--workers", "1").includes(deno));
  assert.ok(runs("--workers", "2").includes(deno) && runs("--workers=2").includes(deno));
  assert.ok(runs().some((path) => path.endsWith("/python")));
  assert.ok(!runs("--no-notebooks").some((path) => path.endsWith("/python")));
});

Deno.test("paths in a setting are found wherever they stand", () => {
  const setting = { datasets: ["abo", "/a/b#take=3"], published: { clip: "/c" }, seeds: 2 };
  assert.deepEqual(settingPaths(setting), ["/a/b#take=3", "/a/b", "/c"]);
});

Deno.test("a worker reads what its plan names, and none of the plan's words as files", () =>
  inFolder(async (folder) => {
    const setting = { datasets: ["fashion-man#fold=1of5", "/a/b#take=3"], rows: ["A1", "A3"] };
    const plan = join(folder, "plan.json");
    await Deno.writeTextFile(plan, JSON.stringify({ parts: [{ title: "one", setting }] }));
    const { read } = rightsOf("worker", [plan]);
    assert.ok(read.includes("/a/b"));
    assert.deepEqual(read.filter((path) => /["{}[\]]|A1/.test(path)), []);
  }));

Deno.test("bench writes its files beside each other into a folder that may be new", () =>
  inFolder(async (folder) => {
    const base = join(folder, "new", "bench"), words = ["--output", base];
    const script = attempts({
      both: `await Deno.mkdir(${JSON.stringify(join(folder, "new"))});
        for (const end of [".json", ".md"]) await Deno.writeTextFile(${
        JSON.stringify(base)
      } + end, "")`,
      beyond: `await Deno.writeTextFile(${JSON.stringify(join(folder, "other"))}, "")`,
    });
    const said = await tried("bench", words, script);
    // Nothing beyond, but where temporary folders are made, as this one is.
    assert.match(said, /did both/);
    assert.ok(rightsOf("bench", words).write.includes(join(folder, "new")));
    assert.ok(!rightsOf("bench", []).write.includes(join(folder, "new")));
  }));

Deno.test("weights of the published shapes are written beside their folder first, wherever that lies", () => {
  const { write } = rightsOf("fullsize_row", ["write", "/elsewhere/fullsize/weights", "{}"]);
  assert.ok(write.includes("/elsewhere/fullsize"));
});
