import { divertStandardError } from "./libc.ts";

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
