/**
 * Loaded before a task: from the n-th write on the disk is full, or read-only. UNIDIFF_FAILS says which, as
 * "12 ENOSPC", and of nothing but a count, as "0 COUNT PATH", into which file it goes at the end.
 */
const [from = "0", code = "", path = ""] = (Deno.env.get("UNIDIFF_FAILS") ?? "").split(" ");
const first = Number(from);
let writes = 0;

const refusals = {
  ENOSPC: () => Object.assign(new Error("No space left on device (os error 28)"), { code }),
  EROFS: () => Object.assign(new Error("Read-only file system (os error 30)"), { code }),
};

/** Throws where this write is one that fails. */
function write(target: unknown): void {
  writes++;
  if (code === "COUNT" || writes < first) return;
  const error = refusals[code as keyof typeof refusals]();
  error.message += `: write '${target}'`;
  throw error;
}

// What a program may write with. Removing fails on a read-only disk, and works on a full one.
const deno = Deno as unknown as Record<string, (...args: unknown[]) => unknown>;
const NAMES = ["writeFile", "writeTextFile", "mkdir", "rename", "makeTempDir", "create", "open"];
if (code === "EROFS") NAMES.push("remove");
for (const name of NAMES.flatMap((name) => [name, `${name}Sync`])) {
  const own = deno[name];
  if (own === undefined) continue;
  const fails = (args: readonly unknown[]) => {
    const [, options] = args as [unknown, Record<string, unknown> | undefined];
    const reads = /^open/.test(name) &&
      !["write", "append", "create", "createNew", "truncate"].some((key) => options?.[key]);
    if (!reads) write(args[0]);
  };
  deno[name] = name.endsWith("Sync")
    ? (...args) => (fails(args), own(...args))
    : async (...args) => (fails(args), await own(...args));
}
const { write: ownWrite, writeSync: ownWriteSync } = Deno.FsFile.prototype;
Deno.FsFile.prototype.write = async function (bytes) {
  write("an open file");
  return await ownWrite.call(this, bytes);
};
Deno.FsFile.prototype.writeSync = function (bytes) {
  write("an open file");
  return ownWriteSync.call(this, bytes);
};
if (code === "COUNT") {
  const save = Deno.writeTextFileSync;
  addEventListener("unload", () => save(path, `${writes}`));
}
