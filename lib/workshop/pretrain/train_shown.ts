import { type Progress, progress } from "../../runtime/mod.ts";
import {
  type LoopConfig,
  type LoopOptions,
  type LoopResult,
  type Task,
  trainLoop,
} from "../../train/mod.ts";

/** {@link trainLoop} with a line of progress, called `label`, that has every term of the loss. */
export async function trainShown<Batch>(
  task: Task<Batch>,
  config: LoopConfig,
  { label, ...options }: Pick<LoopOptions, "folder" | "identity"> & { readonly label: string },
): Promise<LoopResult> {
  let line: Progress | undefined;
  const result = await trainLoop(task, config, {
    ...options,
    onStep: ({ step, seconds: _, rate: __, ...terms }) => {
      line ??= progress(config.steps, label, { start: step - 1 });
      line.step(step, Object.entries(terms).map(([k, v]) => `${k} ${v.toPrecision(3)}`).join(" "));
    },
  });
  await line?.done();
  return result;
}
