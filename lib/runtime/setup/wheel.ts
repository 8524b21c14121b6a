import { findCompiler, findProgram, isFile } from "./places.ts";

/** The TensorFlow wheel for this machine, or why there is none. */
export type WheelChoice =
  | { readonly wheel: string; readonly size: string }
  | { readonly wheel: undefined; readonly why: string };

const wheels = {
  cpu: { wheel: "tensorflow-cpu==2.21.0", size: "about 1.5 GB" },
  cuda: { wheel: "tensorflow[and-cuda]==2.21.0", size: "about 6 GB" },
} as const;

/**
 * CUDA's wheel with an NVIDIA driver, else the processor's; none where the native backend cannot be
 * built. UNIDIFF_TENSORFLOW=cpu, cuda or none chooses by hand; throws where it says anything else.
 */
export function chooseWheel(): WheelChoice {
  const chosen = Deno.env.get("UNIDIFF_TENSORFLOW") ?? "";
  if (chosen === "none") {
    return {
      wheel: undefined,
      why: "UNIDIFF_TENSORFLOW=none: unset it to have the native backend",
    };
  }
  if (chosen !== "" && chosen !== "cpu" && chosen !== "cuda") {
    throw new Error(`UNIDIFF_TENSORFLOW is "${chosen}", expected cpu, cuda or none`);
  }
  if (Deno.build.os !== "linux") {
    const why = `the native backend needs Linux, this is ${Deno.build.os}: on Windows use WSL`;
    return { wheel: undefined, why };
  }
  if (findCompiler() === undefined) {
    const why = "a C++ compiler is missing: on Debian or Ubuntu, apt install g++";
    return { wheel: undefined, why };
  }
  return wheels[chosen === "" ? hasNvidiaDriver() ? "cuda" : "cpu" : chosen];
}

/** Whether an NVIDIA driver is installed. */
function hasNvidiaDriver(): boolean {
  return isFile("/proc/driver/nvidia/version") || findProgram("nvidia-smi") !== undefined;
}
