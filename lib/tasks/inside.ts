/** Loaded before a task that start.ts started: the task ends where its starter was killed. */
import { tellError } from "./told.ts";

const starter = Deno.ppid;
const watch = setInterval(() => {
  if (Deno.ppid !== starter) Deno.exit(137);
}, 500);
Deno.unrefTimer(watch);

addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  tellError(event.reason);
});
addEventListener("error", (event) => {
  event.preventDefault();
  tellError(event.error);
});
