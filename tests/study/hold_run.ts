/** Claims a run's folder, says so, and holds it until it is killed. */
import { claimRun } from "unidiff/study/claim.ts";

const claim = await claimRun(Deno.args[0] ?? "");
console.log(claim ? "held" : "not free");
setInterval(() => {}, 1000);
