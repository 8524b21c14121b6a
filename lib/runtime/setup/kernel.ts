import { join } from "@std/path";
import { writeAtomic } from "../files.ts";
import { type Places, readText } from "./places.ts";

const pathOf = ({ venv }: Places) =>
  join(venv, "share", "jupyter", "kernels", "deno", "kernel.json");

/** The kernel's description for the Deno that runs now. */
function description(): string {
  return JSON.stringify(
    {
      argv: [Deno.execPath(), "jupyter", "--kernel", "--conn", "{connection_file}"],
      display_name: "Deno",
      language: "typescript",
      // "message": the stop button stops a running cell instead of killing the kernel.
      interrupt_mode: "message",
      env: { NO_COLOR: "1", TF_CPP_MIN_LOG_LEVEL: "2" },
    },
    null,
    2,
  ) + "\n";
}

/** Whether the venv's Deno kernel is there and starts this Deno. */
export function kernelDone(places: Places): boolean {
  return readText(pathOf(places)) === description();
}

/**
 * Writes the Deno kernel into the venv, where its Jupyter finds it.
 *
 * `deno jupyter --install` would write into the user's home folder.
 */
export async function writeKernel(places: Places): Promise<void> {
  await writeAtomic(pathOf(places), description());
}
