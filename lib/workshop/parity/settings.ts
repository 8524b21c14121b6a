import type { z } from "zod";

/** Settings of a reference file; throws an error that names each one unknown, missing or wrong. */
export function settings<T extends z.ZodType>(schema: T, json: unknown, file: string): z.infer<T> {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) =>
    [path.map(String).join("."), message].filter((part) => part !== "").join(": ")
  );
  throw new Error(`${file} is not as expected: ${issues.slice(0, 8).join("; ")}`);
}
