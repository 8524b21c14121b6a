/** Which process this is, and whether another one of this machine is alive. */
import process from "node:process";
import { systemText } from "./libc.ts";

/** What names a process among all of a machine since it was started. */
export interface ProcessName {
  readonly host: string;
  readonly pid: number;
  readonly machine?: string;
  readonly started?: string;
}

let known: ProcessName | undefined;

/** The name of this process. */
export function thisProcess(): ProcessName {
  if (known !== undefined) return known;
  const machine = thisMachine(), started = startOf(Deno.pid);
  return known = {
    host: Deno.hostname(),
    pid: Deno.pid,
    ...(machine === undefined ? {} : { machine }),
    ...(started === undefined ? {} : { started }),
  };
}

/** Whether a process of this machine is alive; undefined where it belongs to another one. */
export function isAlive({ pid, machine, started }: ProcessName): boolean | undefined {
  if (machine === undefined || machine !== thisProcess().machine) return undefined;
  const found = startOf(pid);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as { code?: string }).code === "ESRCH") return false;
    // Without the right to signal processes /proc tells: it lists all that are alive.
    if (error instanceof Deno.errors.NotCapable && found === undefined) {
      return systemText("/proc/self/stat") === undefined ? undefined : false;
    }
  }
  return found !== ENDED && (started === undefined || found === undefined || found === started);
}

/** This start of this machine, and of the container in it that numbers the processes. */
function thisMachine(): string | undefined {
  try {
    const boot = systemText("/proc/sys/kernel/random/boot_id")!.trim();
    return `${boot} ${Deno.readLinkSync("/proc/self/ns/pid")}`;
  } catch {
    // Elsewhere than on Linux: the name of the host, which two containers do not share.
    return Deno.build.os === "linux" ? undefined : Deno.hostname();
  }
}

/** In place of the start of a process that has ended, but whose parent has not asked how. */
const ENDED = "ended";

/** When a process started, in ticks since the machine did. */
function startOf(pid: number): string | undefined {
  const stat = systemText(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The second field, the program's name, may hold blanks: fields are counted behind it.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return state === "Z" ? ENDED : fields[18];
}
