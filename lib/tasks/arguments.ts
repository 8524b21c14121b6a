/** What arguments of commands are read with; wrong ones are refused with what was expected. */
import { isAbsolute, relative } from "@std/path";
import { type Command, Help, InvalidArgumentError, type Option } from "commander";
import { isComplaint, projectFolder } from "../runtime/mod.ts";
import { type Changes, parseChange } from "../study/mod.ts";

/** Words with commas between them. */
export function list(text: string): string[] {
  return text.split(",").map((part) => part.trim()).filter((part) => part !== "");
}

/** Numbers with commas between them. */
export function numbers(text: string): number[] {
  const values = list(text).map(Number);
  if (values.some(Number.isNaN)) {
    throw new InvalidArgumentError("expected numbers with commas, such as 1,0.5");
  }
  return values;
}

/** An integer of at least 1. */
export function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new InvalidArgumentError("expected an integer of at least 1");
  }
  return value;
}

/** An integer of at least 0, such as a seed. */
export function natural(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isInteger(value) || value < 0) {
    throw new InvalidArgumentError("expected an integer of at least 0");
  }
  return value;
}

/** Any finite number. */
export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) {
    throw new InvalidArgumentError("expected a number");
  }
  return value;
}

/** An amount of memory in GiB, as bytes. */
export function gibibytes(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("expected a number of GiB above 0");
  return value * 2 ** 30;
}

/** A setting by its path, `path=value`, added to those before. */
export function change(text: string, before: Changes): Changes {
  try {
    const [path, value] = parseChange(text);
    return { ...before, [path]: value };
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

/** An option's line of help, with its default as one would write it. */
function describedOption(option: Option): string {
  const value = option.defaultValue, help = new Help();
  if (typeof value === "object" && value !== null) {
    const words = Array.isArray(value) ? value.join(",") : "";
    // Nothing by default is nothing to tell.
    if (words === "") return option.description;
    option.defaultValueDescription ??= words;
  } else if (typeof value === "string" && isAbsolute(value)) {
    option.defaultValueDescription ??= relative(projectFolder, value);
  }
  return help.optionDescription(option);
}

/** Wrong arguments end the process with exit status 2, after a hint at the help. */
export function strict(command: Command): Command {
  return command.showHelpAfterError("(--help explains the options)")
    .configureHelp({ optionDescription: describedOption })
    .exitOverride(({ exitCode }) => Deno.exit(exitCode === 0 ? 0 : 2));
}

/**
 * Runs what may refuse its arguments: complaints about what was given end the process
 * with their message and exit status 2; anything else is a fault in the program and keeps its trace.
 */
export async function refusing<T>(command: Command, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isComplaint(error)) {
      command.error(`error: ${(error as Error).message}`, { exitCode: 2 });
    }
    throw error;
  }
}
