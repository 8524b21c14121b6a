import assert from "node:assert/strict";
import { join } from "@std/path";
import { backendNames, describeBackend, startBackend } from "unidiff/runtime/backend.ts";
import { projectFolder } from "unidiff/runtime/project.ts";
import { selfTest, selfTestTolerance } from "unidiff/runtime/self_test.ts";
import { loadTensorflow } from "unidiff/runtime/tensorflow.ts";
import { tf } from "unidiff/runtime/tf.ts";
import { onBackends } from "../backends.ts";

onBackends("the self-test passes with room to spare", async () => {
  const results = await selfTest(selfTestTolerance.plain);
  assert.ok(results.length >= 8);
  for (const { name, error, passed } of results) {
    assert.ok(passed, name);
    assert.ok(error < 1e-5, `${name}: ${error}`);
  }
});

Deno.test({
  name: "a backend that gives wrong numbers fails the self-test in the case that is wrong",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await startBackend("wasm");
    const right = tf.getKernel("Erf", "wasm") ?? tf.getKernel("Sigmoid", "wasm");
    assert.ok(right);
    tf.unregisterKernel(right.kernelName, "wasm");
    const kernelFunc: typeof right.kernelFunc = ({ inputs }) =>
      tf.zeros((inputs.x as tf.TensorInfo).shape);
    tf.registerKernel({ ...right, kernelFunc });
    try {
      const failed = (await selfTest(selfTestTolerance.plain)).filter(({ passed }) => !passed);
      assert.deepEqual(failed.map(({ name }) => name), ["upsampling, erf, sigmoid and gradients"]);
    } finally {
      tf.unregisterKernel(right.kernelName, "wasm");
      tf.registerKernel(right);
    }
  },
});

/** Runs `code` in a process of its own with the project's imports. */
async function inProcess(
  code: string,
  env: Record<string, string>,
  program: readonly string[] = [Deno.execPath()],
): Promise<{ code: number; text: string }> {
  const script = join(projectFolder, ".cache", `backend-test-${crypto.randomUUID()}.ts`);
  await Deno.mkdir(join(projectFolder, ".cache"), { recursive: true });
  await Deno.writeTextFile(script, code);
  try {
    const [name, ...args] = program as [string, ...string[]];
    const { code, stdout, stderr } = await new Deno.Command(name, {
      args: [...args, "run", "-A", script],
      cwd: projectFolder,
      env,
    }).output();
    const decoder = new TextDecoder();
    return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
  } finally {
    await Deno.remove(script);
  }
}

Deno.test("UNIDIFF_BACKEND that names no backend is an error that lists them", async () => {
  const { code, text } = await inProcess(
    `import { startBackend } from "unidiff/runtime/backend.ts"; await startBackend();`,
    { UNIDIFF_BACKEND: "abacus" },
  );
  assert.equal(code, 1);
  assert.match(text, new RegExp(`"abacus", expected one of ${backendNames.join(", ")}`));
});

Deno.test("the line about a slower backend says why and how to mend it", () => {
  const line = describeBackend({
    name: "wasm",
    library: "tfjs 4.22.0",
    device: "CPU",
    selfTest: [],
    passedOver: [{ name: "tensorflow", reason: 'the addon is missing: run "deno task setup"' }],
  });
  assert.match(line, /several times slower than the native one.*run "deno task setup"/);
});

Deno.test("a user's newer Deno (2.9.6) passes the self-test on every backend of this machine", async () => {
  const code = `import { startBackend } from "unidiff/runtime/backend.ts";
    const first = await startBackend();
    console.log("automatic", first.name, first.selfTest.every((r) => r.passed));
    console.log("wasm", (await startBackend("wasm")).selfTest.every((r) => r.passed));`;
  let found;
  try {
    found = await inProcess(code, {}, ["npx", "-y", "deno@2.9.6"]);
  } catch (error) {
    console.log(`  skipped: npx cannot be run (${error instanceof Error ? error.message : error})`);
    return;
  }
  assert.equal(found.code, 0, found.text);
  assert.match(found.text, /automatic (tensorflow|webgpu|wasm) true/);
  assert.match(found.text, /wasm true/);
});

Deno.test("a native addon that is missing is an error that names the file and the remedy", async () => {
  await assert.rejects(
    loadTensorflow({ addon: "/nowhere/tfjs_binding.node" }),
    /addon is missing \(\/nowhere\/tfjs_binding\.node\): run "deno task setup".*C\+\+ compiler/,
  );
});

Deno.test("webgpu, where there is an adapter, passes the self-test", async () => {
  const { code, text } = await inProcess(
    `import { startBackend } from "unidiff/runtime/backend.ts";
    import { findAdapter } from "unidiff/runtime/webgpu.ts";
    console.log(await findAdapter() ? (await startBackend("webgpu")).name : "none");`,
    {},
  );
  assert.equal(code, 0, text);
  if (text.trim() === "none") console.log("  skipped: there is no adapter");
  else assert.match(text, /^webgpu$/m);
});
