/** One line of `deno task fullsize`, in a process of its own; prints its figures as JSON. */
import { passes } from "../fullsize/measure.ts";
import { randomModel } from "../fullsize/random_model.ts";
import { trainingPass, trainings } from "../fullsize/train.ts";
import { sd15 } from "../model/config.ts";
import { startBackend } from "../runtime/backend.ts";
import { writePublished } from "../weights/hub_write.ts";

const [id, folder, limit] = Deno.args as [string, string, string];
await startBackend();
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
