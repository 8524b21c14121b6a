/**
 * Runs `body` while nothing reaches standard error, below JavaScript.
 *
 * TensorFlow's library prints three lines about oneDNN as it loads, before it reads its own setting
 * for that (TF_CPP_MIN_LOG_LEVEL). Set that to 0 or 1 to see everything.
 */
export async function withoutBanner<T>(body: () => Promise<T>): Promise<T> {
  const level = Deno.env.get("TF_CPP_MIN_LOG_LEVEL");
  const restore = Deno.build.os === "linux" && level !== "0" && level !== "1"
    ? divertStandardError()
    : undefined;
  try {
    return await body();
  } finally {
    restore?.();
  }
}

/** Sends file descriptor 2 to /dev/null; returns how to undo that, or undefined where it cannot. */
function divertStandardError(): (() => void) | undefined {
  const number = "i32" as const;
  try {
    const { symbols: libc } = Deno.dlopen("libc.so.6", {
      open: { parameters: ["buffer", number], result: number },
      dup: { parameters: [number], result: number },
      dup2: { parameters: [number, number], result: number },
      close: { parameters: [number], result: number },
    });
    const kept = libc.dup(2);
    const nowhere = libc.open(new TextEncoder().encode("/dev/null\0"), 1 /* write only */);
    if (kept < 0 || nowhere < 0) return undefined;
    libc.dup2(nowhere, 2);
    libc.close(nowhere);
    return () => {
      libc.dup2(kept, 2);
      libc.close(kept);
    };
  } catch {
    return undefined;
  }
}
