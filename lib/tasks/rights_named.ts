/** The environment, facts of the system and hosts that tasks may ask for, by name. */

/** Variables that are read or set; all others look as if they were not set. */
export const env = [
  ...["UNIDIFF_BACKEND", "UNIDIFF_DATA", "UNIDIFF_CACHE", "UNIDIFF_STUDY", "UNIDIFF_GRAPHS"],
  ...["UNIDIFF_XLA", "UNIDIFF_HEARTBEAT", "UNIDIFF_MIRROR", "UNIDIFF_SETUP"],
  ...["UNIDIFF_TENSORFLOW", "UNIDIFF_PYTHON", "TF_CPP_MIN_LOG_LEVEL", "TF_ENABLE_ONEDNN_OPTS"],
  ...["TF_NUM_INTEROP_THREADS", "TF_NUM_INTRAOP_THREADS", "OMP_NUM_THREADS", "PATH", "CXX"],
  ...["TF_FORCE_GPU_ALLOW_GROWTH", "TF_ONEDNN_USE_SYSTEM_ALLOCATOR"],
  ...["NVIDIA_TF32_OVERRIDE", "LD_LIBRARY_PATH"],
  ...["XDG_RUNTIME_DIR", "FONTCONFIG_FILE", "HF_ENDPOINT", "HF_TOKEN", "HF_HOME", "HF_HUB_CACHE"],
  ...["SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN"],
  ...["SLURM_ARRAY_TASK_MAX", "SLURM_ARRAY_TASK_STEP", "NO_COLOR", "FORCE_COLOR", "TMPDIR"],
] as const;

/** What is asked of the system. */
export const sys = [
  ...["hostname", "systemMemoryInfo", "loadavg", "uid", "cpus", "osRelease"],
] as const;

const HUB = ["huggingface.co", "*.huggingface.co", "*.hf.co"];

/** The host of an address in a variable, such as a mirror's. */
function hostIn(variable: string): string[] {
  const address = Deno.env.get(variable);
  try {
    return address ? [new URL(address).host] : [];
  } catch {
    return []; // the task says what is wrong with it
  }
}

/** The hosts that may be reached by what fetches something. */
export const hosts = {
  hub: () => [...HUB, ...hostIn("HF_ENDPOINT")],
  data: () => [
    ...HUB,
    ...["raw.githubusercontent.com", "amazon-berkeley-objects.s3.amazonaws.com"],
    ...hostIn("HF_ENDPOINT"),
    ...hostIn("UNIDIFF_MIRROR"),
  ],
};
