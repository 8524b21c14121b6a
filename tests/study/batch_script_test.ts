/** The batch script of a study's tasks, run by bash with a stand-in for Slurm. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { PLAIN_SITE } from "unidiff/study/slurm/options.ts";
import { AGAIN, batchScript } from "unidiff/study/slurm/script.ts";
import { inFolder } from "../data/folder.ts";

/** What the script of a worker that ends so asks of scontrol, and its exit code. */
async function ending(folder: string, worker: string, env: Record<string, string>) {
  const log = join(folder, "asked"), script = join(folder, "job.sh");
  // A requeue that fails: after one that succeeds the script waits for its end.
  const scontrol = `#!/bin/bash\necho "$@" >>'${log}'\n[ "$1" = show ] && echo JobState=RUNNING\n`;
  await Deno.writeTextFile(join(folder, "scontrol"), scontrol, { mode: 0o755 });
  await Deno.writeTextFile(script, batchScript(["bash", "-c", worker], PLAIN_SITE));
  await Deno.writeTextFile(log, "");
  const { code } = await new Deno.Command("bash", {
    args: [script],
    env: { PATH: `${folder}:${Deno.env.get("PATH")}`, SLURM_CPUS_ON_NODE: "1", ...env },
    stdout: "null",
    stderr: "null",
  }).output();
  return { code, asked: (await Deno.readTextFile(log)).trim().split("\n").at(-1) };
}

Deno.test({
  name: "a worker that was killed or stopped queues its own task again, not the whole array",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      // The last task of an array bears the array's number.
      const task = { SLURM_JOB_ID: "7", SLURM_ARRAY_JOB_ID: "7", SLURM_ARRAY_TASK_ID: "2" };
      assert.deepEqual(await ending(folder, "kill -9 $$", task), {
        code: 137,
        asked: "requeue 7_2",
      });
      assert.deepEqual(await ending(folder, `exit ${AGAIN}`, task), {
        code: AGAIN,
        asked: "requeue 7_2",
      });
      assert.deepEqual(await ending(folder, "kill -9 $$", { SLURM_JOB_ID: "8" }), {
        code: 137,
        asked: "requeue 8",
      });
      for (const code of [0, 1, 2]) { // done, or failed: nothing is asked
        assert.deepEqual(await ending(folder, `exit ${code}`, task), { code, asked: "" });
      }
    }),
});
