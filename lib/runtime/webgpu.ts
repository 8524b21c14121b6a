import { join } from "@std/path";
import { projectFolder } from "./project.ts";
import { tf } from "./tf.ts";

/** A graphics adapter as WebGPU describes it. */
export interface Adapter {
  readonly description: string;
  /** A software adapter computes on the processor, more slowly than wasm. */
  readonly software: boolean;
}

/** The adapter that WebGPU offers, or undefined without one. */
export async function findAdapter(): Promise<Adapter | undefined> {
  // Vulkan's loader complains on standard error without it.
  const cache = join(projectFolder, ".cache");
  if (Deno.env.get("XDG_RUNTIME_DIR") === undefined) Deno.env.set("XDG_RUNTIME_DIR", cache);
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) return undefined;
  const { description, device, vendor } = adapter.info;
  const text = description || device || vendor || "unnamed adapter";
  return { description: text, software: /llvmpipe|lavapipe|software|swiftshader|cpu/i.test(text) };
}

/** Registers the backend "webgpu"; throws an error that says why it cannot work. */
export async function loadWebgpu(): Promise<Adapter> {
  const adapter = await findAdapter();
  if (!adapter) {
    throw new Error(
      "WebGPU offers no adapter: a Vulkan driver and its loader (Debian: libvulkan1 with the card's " +
        "driver, or mesa-vulkan-drivers for a software adapter) must be installed",
    );
  }
  acceptNestedFeatures();
  await import("@tensorflow/tfjs-backend-webgpu");
  if (!tf.findBackendFactory("webgpu")) throw new Error("tfjs-backend-webgpu did not register");
  return adapter;
}

/**
 * tfjs-backend-webgpu 4.22 asks for the features ["timestamp-query", ["bgra8unorm-storage"]], and
 * Deno before 2.9 refuses the nested list: ask for those of them that the adapter has.
 */
function acceptNestedFeatures(): void {
  const prototype = GPUAdapter.prototype, original = prototype.requestDevice;
  prototype.requestDevice = function (descriptor) {
    const features = [...(descriptor?.requiredFeatures ?? [])].flat() as GPUFeatureName[];
    const known = features.filter((feature) => this.features.has(feature));
    return original.call(this, { ...descriptor, requiredFeatures: known });
  };
}
