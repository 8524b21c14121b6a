/**
 * The few calls of Linux's C library that Deno does not offer to a program with limited rights.
 *
 * Deno opens nothing in /proc or /sys without all rights. The library is opened once, as this file is
 * loaded and before anything from a stranger is read; then the right to open it is given back.
 */

import { joinedBytes } from "./files.ts";

/** Where Linux systems keep it; a task's rights name these paths. */
export const LIBC_PATHS = [
  `/lib/${Deno.build.arch}-linux-gnu/libc.so.6`,
  `/usr/lib/${Deno.build.arch}-linux-gnu/libc.so.6`,
  "/lib64/libc.so.6",
  "/usr/lib64/libc.so.6",
  "/usr/lib/libc.so.6",
  "/lib/libc.so.6",
] as const;

const calls = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  dup: { parameters: ["i32"], result: "i32" },
  dup2: { parameters: ["i32", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
} as const;

const libc = openLibrary();

function openLibrary() {
  if (Deno.build.os !== "linux") return undefined;
  const all = Deno.permissions.querySync({ name: "ffi" }).state === "granted";
  for (const path of LIBC_PATHS) {
    try {
      const { symbols } = Deno.dlopen(path, calls);
      return symbols;
    } catch {
      /* not there, or not allowed */
    } finally {
      if (!all) Deno.permissions.revokeSync({ name: "ffi", path });
    }
  }
  return undefined;
}

const READ_ONLY = 0, WRITE_ONLY = 1;

const open = (path: string, how: number) =>
  libc?.open(new TextEncoder().encode(`${path}\0`), how) ?? -1;

/** The text of a file of /proc or /sys; undefined where there is none. */
export function systemText(path: string): string | undefined {
  if (!/^\/(proc|sys)\//.test(path) || path.includes("..")) {
    throw new Error(`${path}: expected a path in /proc or /sys`);
  }
  const file = open(path, READ_ONLY);
  if (file < 0 || !libc) return undefined;
  const pieces: Uint8Array[] = [];
  for (;;) {
    const piece = new Uint8Array(1 << 16), length = Number(libc.read(file, piece, 1n << 16n));
    if (length <= 0) break;
    pieces.push(piece.subarray(0, length));
  }
  libc.close(file);
  return new TextDecoder().decode(joinedBytes(pieces));
}

/** Sends standard error to /dev/null; returns how to undo that, or undefined where it cannot. */
export function divertStandardError(): (() => void) | undefined {
  if (!libc) return undefined;
  const kept = libc.dup(2), nowhere = open("/dev/null", WRITE_ONLY);
  if (kept < 0 || nowhere < 0) return undefined;
  libc.dup2(nowhere, 2);
  libc.close(nowhere);
  return () => {
    libc.dup2(kept, 2);
    libc.close(kept);
  };
}
