import { join } from "@std/path";
import { type Places, readText } from "./places.ts";

/** The file that says that a project came out of `deno task pack`: nothing is set up there. */
export const PACKED = "packed.json";

/** The TensorFlow wheel whose libraries were packed with a project, or undefined where none was packed. */
export function packedTensorflow({ project }: Places): string | undefined {
  const text = readText(join(project, PACKED));
  return text === undefined ? undefined : (JSON.parse(text) as { tensorflow: string }).tensorflow;
}
