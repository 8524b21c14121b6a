import assert from "node:assert/strict";
import { join } from "@std/path";
import { projectFolder } from "unidiff/runtime/project.ts";

async function doctor(env: Record<string, string>): Promise<{ code: number; text: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", join(projectFolder, "lib/tasks/doctor.ts")],
    env: { NO_COLOR: "1", UNIDIFF_BACKEND: "", UNIDIFF_DATA: "", ...env },
  }).output();
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

Deno.test("the doctor says what computes, with which library, and what data there are", async () => {
  const { code, text } = await doctor({});
  assert.equal(code, 0, text);
  assert.match(text, /^wasm +works on CPU \(threads: 1\), tfjs 4\.22\.0, largest error \de-\d$/m);
  assert.match(text, /^in use +(tensorflow|webgpu|wasm)$/m);
  assert.match(text, /^data set +ecommerce-product \(embedded: /m);
  assert.match(text, /^memory +[\d.]+ GiB free of [\d.]+ GiB$/m);
});

Deno.test("the doctor names the remedy of each fault, and fails when nothing can compute", async () => {
  const { code, text } = await doctor({ UNIDIFF_BACKEND: "abacus", UNIDIFF_DATA: "/nowhere" });
  assert.equal(code, 1, text);
  assert.match(text, /"abacus", expected one of.*\n +→ unset UNIDIFF_BACKEND/);
  assert.match(text, /UNIDIFF_DATA is "\/nowhere".*\n +→ correct or unset UNIDIFF_DATA/);
});

Deno.test("the doctor names the card, and says where TensorFlow does not compute on it", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const program = join(folder, "nvidia-smi");
    const said = "NVIDIA H200, 143771, 512, 580.95.05, 9.0";
    await Deno.writeTextFile(program, `#!/bin/sh\necho '${said}'\n`, { mode: 0o755 });
    const PATH = `${folder}:${Deno.env.get("PATH")}`;
    const { text } = await doctor({ PATH, UNIDIFF_TENSORFLOW: "", NVIDIA_TF32_OVERRIDE: "" });
    assert.match(text, /^card +NVIDIA H200, 140 GiB, TF32$/m);
    assert.match(
      text,
      /^cuda +driver 580\.95\.05, cuDNN .*, TensorFlow computes (there|elsewhere)$/m,
    );
    if (/computes elsewhere/.test(text) && /^tensorflow +works/m.test(text)) {
      assert.match(text, /(has no CUDA|not found: lib).*\n +→ run: /);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
