/** Claims a run's folder, says so, and holds it until it is killed. */
import { Claims } from "unidiff/runtime/claims.ts";

const folder = Deno.args[0] ?? "";
await Deno.mkdir(folder, { recursive: true });
const claim = await new Claims().take(folder, "claim");
console.log("release" in claim ? "held" : "not free");
setInterval(() => {}, 1000);
