/** Loaded before a task: its arguments are parsed as ever, then it ends in place of working. */
import { Command } from "commander";

const { parse, parseAsync, action } = Command.prototype;
Command.prototype.action = function () {
  return action.call(this, () => Deno.exit(0));
};
Command.prototype.parse = function (...args) {
  parse.apply(this, args);
  Deno.exit(0);
};
Command.prototype.parseAsync = async function (...args) {
  await parseAsync.apply(this, args);
  Deno.exit(0);
};
