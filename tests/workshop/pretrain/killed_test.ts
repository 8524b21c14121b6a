import assert from "node:assert/strict";
import { join } from "@std/path";
import { projectFolder } from "unidiff/runtime/project.ts";
import { stream } from "unidiff/runtime/random.ts";
import { inFolder } from "../../data/folder.ts";

/** Pretraining of the nano recipe into `folder`. */
function pretraining(folder: string): Deno.ChildProcess {
  const at = (name: string) => join(folder, name);
  return new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--no-check", join(projectFolder, "lib", "tasks", "pretrain.ts")],
      ...["--recipe", "nano", "--weights-only", "--out", at("out"), "--work", at("work")],
    ],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

/** When the newest checkpoint was written; 0 where there is none. */
async function lastCheckpoint(folder: string): Promise<number> {
  const times = ["autoencoder", "clip", "unet", "unet-2"].map((name) =>
    Deno.stat(join(folder, "work", name, "checkpoint", "state.safetensors"))
      .then(({ mtime }) => mtime!.getTime(), () => 0)
  );
  return Math.max(...await Promise.all(times));
}

Deno.test("pretraining that is killed five times ends in the same weights", () =>
  inFolder(async (folder) => {
    const [whole, killed] = [join(folder, "whole"), join(folder, "killed")];
    assert.ok((await pretraining(whole).status).success);
    const s = stream(Date.now(), "kills");
    for (let kill = 0; kill < 5; kill++) {
      const before = await lastCheckpoint(killed), child = pretraining(killed);
      // Somewhere behind the first checkpoint that this process writes.
      while (await lastCheckpoint(killed) === before) await soon(5);
      await soon(100 * s.uniform());
      child.kill("SIGKILL");
      assert.equal((await child.status).signal, "SIGKILL", "it was killed while it trained");
    }
    assert.ok((await pretraining(killed).status).success);
    for (const name of ["autoencoder", "clip", "unet"]) {
      const [a, b] = await Promise.all(
        [whole, killed].map((at) => Deno.readFile(join(at, "out", `${name}.safetensors`))),
      );
      assert.deepEqual(a, b, name);
    }
  }));

const soon = (ms: number) => new Promise((done) => setTimeout(done, ms));
