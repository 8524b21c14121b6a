/** One line of `deno task fullsize`, in a process of its own; prints its figures as JSON. */
import { passes, trainingPass, trainings } from "../workshop/mod.ts";
import { randomModel } from "../study/mod.ts";
import { operationsAtATime, sd15 } from "../model/mod.ts";
import { startBackend } from "../runtime/mod.ts";
import { writePublished } from "../weights/mod.ts";

const [id, folder, limit] = Deno.args as [string, string, string];
await startBackend(undefined, {
  operations: operationsAtATime(sd15),
  frugal: id in trainings,
});
console.log(JSON.stringify(await figures()));

async function figures() {
  if (id === "write") {
    await writePublished(await randomModel(sd15), folder, { dtype: "F16" });
    return {};
  }
  const training = trainings[id];
  if (training) return await trainingPass(folder, training, JSON.parse(limit));
  return await passes[id as keyof typeof passes](folder, sd15);
}
