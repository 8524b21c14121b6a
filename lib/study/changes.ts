/** Changes of a preset from a command line: `train.steps=100`, `lambda.rsc=0.5`. */
import type { Preset } from "./preset.ts";
import type { Changes, Value } from "./preset.ts";
import { checkRange } from "./ranges.ts";

/** The parts of a preset that may be changed; its sizes and weights belong together and may not. */
const CHANGEABLE = ["train", "evaluate", "lambda"] as const;

/**
 * A preset with changes over it.
 *
 * Throws an error that names a path that does not exist, with those that do, or a value of another
 * kind than the preset's own or out of its range.
 */
export function changed(preset: Preset, changes: Changes): Preset {
  let result = preset;
  for (const [path, value] of Object.entries(changes)) {
    const names = path.split(".");
    if (!(CHANGEABLE as readonly string[]).includes(names[0] as string)) {
      throw new Error(`setting "${path}": expected it to begin with ${CHANGEABLE.join(", ")}`);
    }
    result = replaced(result as never, names, value, path) as never;
    checkRange(result, path, value);
  }
  return result;
}

/** Settings that presets leave out, with a value of their kind. */
const OPTIONAL: Readonly<Record<string, Value>> = {
  "train.minSnr": 5,
  "train.gradientNorms": 25,
  "evaluate.split": "test",
  "evaluate.gallery": "split",
};

type Tree = Readonly<Record<string, unknown>>;

/** A copy of `tree` in which the value under `names` is another of the same kind. */
function replaced(tree: Tree, [name, ...rest]: string[], value: Value, path: string): Tree {
  const old = name !== undefined && Object.hasOwn(tree, name) ? tree[name] : OPTIONAL[path];
  if (name === undefined || old === undefined) {
    throw new Error(
      `setting "${path}" is not known; expected one of ${Object.keys(tree).join(", ")}`,
    );
  }
  if (isTree(old)) return { ...tree, [name]: replaced(old, rest, value, path) };
  if (rest.length > 0) throw new Error(`setting "${path}": "${name}" has no parts`);
  if (kindOf(value) !== kindOf(old)) {
    throw new Error(
      `setting "${path}": found ${JSON.stringify(value)}, expected ${kindOf(old)} such as ${
        JSON.stringify(old)
      }`,
    );
  }
  return { ...tree, [name]: value };
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return `${value.length} numbers`;
  return { number: "a number", boolean: "true or false" }[typeof value as string] ?? "a word";
}

/** Reads `path=value`; numbers with commas become a list. Throws where there is no "=". */
export function parseChange(text: string): [string, Value] {
  const at = text.indexOf("=");
  if (at < 1) throw new Error(`setting "${text}": expected path=value, such as train.steps=100`);
  const path = text.slice(0, at).trim(), value = text.slice(at + 1).trim();
  const parts = value.split(",").map(Number);
  if (value !== "" && parts.every((part) => Number.isFinite(part))) {
    return [path, parts.length === 1 ? parts[0] as number : parts];
  }
  return [path, value === "true" ? true : value === "false" ? false : value];
}
