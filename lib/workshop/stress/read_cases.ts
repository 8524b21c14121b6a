/**
 * Reads mutated files one after the other, and says of each on a line of its own what came of it: started
 * by reading.ts with the rights to read and to write into one folder.
 */
import { join } from "@std/path";
import { memoryUsed, stream } from "../../runtime/mod.ts";
import { type CaseLine, faultOf } from "./case_line.ts";
import { inputKinds } from "./inputs.ts";
import { mutated } from "./mutated.ts";

const [name = "", folder = "", seed = "0", from = "0", to = "0"] = Deno.args;
const kind = inputKinds[name]!, good = await kind.good(folder);
for (const [which, bytes] of good.entries()) {
  const path = join(folder, kind.file(which));
  await Deno.writeFile(path, bytes);
  await kind.read(path); // a good file that is refused would make all that follows empty
  await Deno.remove(path);
}
const peak = () => memoryUsed()?.peak ?? 0;
for (let i = Number(from); i < Number(to); i++) {
  const which = i % good.length, path = join(folder, kind.file(which));
  await Deno.writeFile(path, mutated(good[which]!, stream(Number(seed), "stress", name, i)));
  const before = peak(), started = performance.now();
  let refused: string | undefined, fault: string | undefined;
  try {
    await kind.read(path);
  } catch (error) {
    refused = error instanceof Error ? error.message : String(error);
    fault = faultOf(error, path);
  }
  const ms = performance.now() - started;
  const line: CaseLine = {
    case: i,
    ms,
    grown: peak() - before,
    ...(refused === undefined ? {} : { refused: refused.slice(0, 300) }),
    ...(fault === undefined ? {} : { fault }),
  };
  console.log(JSON.stringify(line));
  await Deno.remove(path);
}
