/** Options of a published config file: which are read, which must have a value, which decide nothing. */
import { z } from "zod";
import { isObject } from "./header.ts";
import { shown } from "./plain_json.ts";

/** The values that an option may have: these, or any that `fits`. */
export type Allowed = readonly unknown[] | {
  readonly fits: (value: unknown) => boolean;
  readonly expected: string;
};

/** What may stand in a config file. */
export interface Options {
  /** Read into the configuration, and checked there. */
  readonly read: readonly string[];
  /** Supported with these values only. */
  readonly fixed: Readonly<Record<string, Allowed>>;
  /** Without effect on the numbers. */
  readonly harmless: readonly string[];
}

/** One value, or a list in which every level has that one. */
export function everywhere(one: unknown): Allowed {
  return {
    fits: (value) => value === one || Array.isArray(value) && value.every((v) => v === one),
    expected: `${shown(one)} everywhere`,
  };
}

/**
 * What is wrong with the options of a file, one text each: a value that is not supported, or a name
 * that is not known. Names that begin with "_" are the library's own bookkeeping.
 */
export function optionIssues(json: Record<string, unknown>, o: Options, at = ""): string[] {
  const passed = new Set([...o.read, ...o.harmless]);
  return Object.entries(json).flatMap(([name, value]) => {
    if (name.startsWith("_") || passed.has(name)) return [];
    const allowed = Object.hasOwn(o.fixed, name) ? o.fixed[name] as Allowed : undefined;
    if (allowed === undefined) return [`${at}${name} (${shown(value)}) is not known`];
    if ("fits" in allowed) {
      if (allowed.fits(value)) return [];
      return [`${at}${name} is ${shown(value)}, expected ${allowed.expected}`];
    }
    const same = (one: unknown) => JSON.stringify(one) === JSON.stringify(value);
    if (allowed.some(same)) return [];
    return [`${at}${name} is ${shown(value)}, expected ${allowed.map(shown).join(" or ")}`];
  });
}

/** A file's content; throws where it is no JSON object. */
export function objectOf(what: string, json: unknown): Record<string, unknown> {
  if (isObject(json)) return json;
  throw new Error(`${what} is ${shown(json)}, expected a JSON object`);
}

/**
 * A config file read by its schema. `issuesOf` tells what else is wrong with it.
 *
 * Throws an error that names every option which is wrong, with the value found.
 */
export function readOptions<T extends z.ZodType>(
  what: string,
  json: unknown,
  schema: T,
  issuesOf: (json: Record<string, unknown>) => string[],
  also: (read: z.infer<T>) => string[] = () => [],
): z.infer<T> {
  const issues = issuesOf(objectOf(what, json));
  const result = schema.safeParse(json);
  if (result.success) issues.push(...also(result.data));
  else {
    for (const { path, message } of result.error.issues) {
      const value = path.reduce<unknown>(
        (v, key) => (v as Record<PropertyKey, unknown>)?.[key],
        json,
      );
      issues.push(`${path.join(".")} is ${shown(value)}: ${message}`);
    }
  }
  if (result.success && issues.length === 0) return result.data;
  throw new Error(`${what} is not supported: ${issues.join("; ")}`);
}

/** A positive whole number. */
export const size = z.number().int().positive();
