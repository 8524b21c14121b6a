import { join } from "@std/path";
import type { Places } from "./places.ts";

/** Settings under which Jupyter reads and writes nothing in the user's home. */
export function jupyterEnvironment({ cache, venv }: Places): Record<string, string> {
  const folder = (name: string) => join(cache, "jupyter", name);
  return {
    JUPYTER_CONFIG_DIR: folder("config"),
    JUPYTER_DATA_DIR: folder("data"),
    JUPYTER_RUNTIME_DIR: folder("runtime"),
    JUPYTERLAB_SETTINGS_DIR: folder("settings"),
    JUPYTERLAB_WORKSPACES_DIR: folder("workspaces"),
    IPYTHONDIR: folder("ipython"),
    PATH: `${join(venv, "bin")}:${Deno.env.get("PATH") ?? ""}`,
    TF_CPP_MIN_LOG_LEVEL: "2",
  };
}

/** The venv's Jupyter. */
export function jupyterProgram({ venv }: Places): string {
  return join(venv, "bin", "jupyter");
}
