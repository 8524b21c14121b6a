import { tf } from "../runtime/mod.ts";

/** Versions that numbers may depend on, for config.json. */
export function versions(): Record<string, string> {
  return { unidiff: "0.1.0", deno: Deno.version.deno, tfjs: tf.version.tfjs };
}
