import { join } from "@std/path";
import { projectFolder } from "./project.ts";

/** Folder of the installed npm:@tensorflow/tfjs-node-gpu, in a project's `node_modules`. */
export function tfjsNodeFolder(project: string = projectFolder): string {
  return join(project, "node_modules", "@tensorflow", "tfjs-node-gpu");
}

/** Where that package looks for its compiled addon. */
export function addonPath(project: string = projectFolder): string {
  return join(tfjsNodeFolder(project), "lib", "napi-v8", "tfjs_binding.node");
}
