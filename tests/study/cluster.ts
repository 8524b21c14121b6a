/** A Slurm cluster of two nodes on this machine, for tests: a controller and two slurmd on loopback. */
import { join } from "@std/path";
import { findProgram } from "unidiff/runtime/setup/places.ts";

const PROGRAMS = ["slurmctld", "slurmd", "munged", "sbatch", "scontrol", "squeue"];

/** Which of Slurm's programs this machine lacks; none where a cluster can be started. */
export function missingPrograms(): string[] {
  const missing = PROGRAMS.filter((name) => findProgram(name) === undefined);
  return [...missing, ...Deno.uid() === 0 ? [] : ["right to be root"]];
}

/** A running cluster. */
export interface Cluster {
  /** Variables with which Slurm's programs speak to it. */
  readonly env: Readonly<Record<string, string>>;
  /** What one of Slurm's programs says; throws where it fails. */
  readonly slurm: (program: string, ...args: string[]) => Promise<string>;
  /** Ends a node at once, with everything that runs on it. */
  readonly endNode: (node: string) => Promise<void>;
  readonly startNode: (node: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Two nodes of two places, partitions `main` and, going before it, `urgent`. */
export async function startCluster(folder: string): Promise<Cluster> {
  const ports = freePorts(3), at = (...parts: string[]) => join(folder, ...parts);
  for (const part of ["munge", "log", "spool/ctld", "spool/n1", "spool/n2"]) {
    await Deno.mkdir(at(part), { recursive: true });
  }
  await Deno.writeFile(at("munge/key"), crypto.getRandomValues(new Uint8Array(1024)), {
    mode: 0o600,
  });
  await Deno.writeTextFile(at("slurm.conf"), configuration(folder, ports));
  const env = { SLURM_CONF: at("slurm.conf") };
  const slurm = (program: string, ...args: string[]) => says(program, args, env);
  await slurm(
    "munged",
    "--force",
    ...["key-file", "socket", "pid-file", "log-file", "seed-file"]
      .map((name) => `--${name}=${at("munge", name.replace("-file", ""))}`),
  );
  await slurm("slurmctld", "-c");
  const startNode = async (node: string) => {
    await slurm("slurmd", "-N", node, "-c");
    for (let i = 0; i < 100; i++) {
      const state = await slurm("sinfo", "--noheader", `--nodes=${node}`, "--format=%t")
        .catch(() => "");
      if (/^(idle|mix|alloc)$/m.test(state)) return;
      if (/down|drain/.test(state)) {
        await slurm("scontrol", "update", `nodename=${node}`, "state=resume").catch(() => {});
      }
      await pause(0.2);
    }
    throw new Error(`node ${node} does not come up: see ${at("log")}`);
  };
  const endNode = async (node: string) => {
    const pid = Number(await Deno.readTextFile(at(`${node}.pid`)));
    for (const one of [pid, ...await childrenOf(folder, node)]) kill(one);
    await pause(0.5);
  };
  await startNode("n1");
  await startNode("n2");
  return {
    env,
    slurm,
    endNode,
    startNode,
    async stop() {
      await slurm("scancel", "--me").catch(() => {});
      await pause(1);
      for (const node of ["n1", "n2"]) await endNode(node).catch(() => {});
      for (const file of ["ctld.pid", "munge/pid"]) {
        kill(Number(await Deno.readTextFile(at(file)).catch(() => "0")));
      }
    },
  };
}

function configuration(folder: string, [ctld, n1, n2]: readonly number[]): string {
  return `ClusterName=lab
SlurmctldHost=localhost(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=${folder}/munge/socket,cred_expire=6
SlurmctldPort=${ctld}
SlurmctldPidFile=${folder}/ctld.pid
SlurmdPidFile=${folder}/%n.pid
SlurmctldLogFile=${folder}/log/ctld.log
SlurmdLogFile=${folder}/log/%n.log
StateSaveLocation=${folder}/spool/ctld
SlurmdSpoolDir=${folder}/spool/%n
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
MailProg=/bin/true
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_min_interval=1,bf_interval=2
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
MpiDefault=none
SwitchType=switch/none
ReturnToService=2
SlurmdTimeout=10
KillWait=2
JobRequeue=1
NodeName=n1 NodeHostname=localhost NodeAddr=127.0.0.1 Port=${n1} CPUs=2 RealMemory=8000
NodeName=n2 NodeHostname=localhost NodeAddr=127.0.0.1 Port=${n2} CPUs=2 RealMemory=8000
PartitionName=main Nodes=n1,n2 Default=YES MaxTime=60 State=UP PriorityTier=1 GraceTime=5
PartitionName=urgent Nodes=n1,n2 MaxTime=60 State=UP PriorityTier=9 PreemptMode=OFF
`;
}

/** Ports that nothing listens on now. */
function freePorts(count: number): number[] {
  const listeners = Array.from({ length: count }, () => Deno.listen({ port: 0 }));
  const ports = listeners.map(({ addr }) => (addr as Deno.NetAddr).port);
  for (const listener of listeners) listener.close();
  return ports;
}

/** Processes of a node's jobs: its stepds, and what belongs to their sessions. */
async function childrenOf(folder: string, node: string): Promise<number[]> {
  const found: number[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const environment = await Deno.readTextFile(`/proc/${name}/environ`).catch(() => "");
    const own = environment.split("\0");
    const here = own.includes(`SLURM_CONF=${folder}/slurm.conf`) &&
      own.includes(`SLURMD_NODENAME=${node}`);
    if (here) found.push(+name);
  }
  return found;
}

function kill(pid: number): void {
  try {
    if (pid > 1) Deno.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function says(
  program: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args: [...args], env })
    .output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  if (!success) throw new Error(`${program} ${args.join(" ")}: ${text(stderr) || text(stdout)}`);
  return text(stdout);
}

export function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
