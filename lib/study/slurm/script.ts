/** The batch script of a study's tasks. */
import type { Site } from "./options.ts";

/** A text as one word of bash. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Exit code of a task that was stopped with a checkpoint: it is to be queued again. */
export const AGAIN = 75;

/** How often a task is queued again at most; one that a site kills at once would go on for ever. */
const MOST_RESTARTS = 100;

/**
 * A script that runs `command` and hands signals on to it. It queues its task again where the command
 * says so by {@link AGAIN} or was killed, unless the job was cancelled.
 */
export function batchScript(command: readonly string[], site: Site): string {
  const environment = Object.entries(site.environment)
    .map(([name, value]) => `export ${name}=${quoted(value)}`);
  const program = [site.run, ...command.map(quoted)].filter(Boolean).join(" ");
  return `#!/usr/bin/env bash
# Written by "deno task reproduce --engine slurm". Does runs of a study until none is left.
${[...environment, ...site.before].join("\n")}
cpus="$SLURM_CPUS_ON_NODE" # two operations at a time, each by half of them (lib/runtime/threads.ts)
export TF_NUM_INTEROP_THREADS="\${TF_NUM_INTEROP_THREADS:-$((cpus > 1 ? 2 : 1))}"
export TF_NUM_INTRAOP_THREADS="\${TF_NUM_INTRAOP_THREADS:-$((cpus > 1 ? cpus / 2 : 1))}"
${program} &
worker=$!
# Slurm tells before it takes the machine or the time is up: then the worker writes a checkpoint.
trap 'kill -TERM "$worker" 2>/dev/null' TERM USR1
wait "$worker"
code=$?
while kill -0 "$worker" 2>/dev/null; do # a signal ends the waiting, not the worker
  wait "$worker"
  code=$?
done
if [ "$code" -ne ${AGAIN} ] && [ "$code" -le 128 ]; then exit "$code"; fi
# The last task of an array bears the number of the whole array: name the task itself.
id="$SLURM_JOB_ID"
if [ -n "\${SLURM_ARRAY_TASK_ID:-}" ]; then id="\${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"; fi
if scontrol show job "$id" | grep -q JobState=RUNNING &&
  [ "\${SLURM_RESTART_COUNT:-0}" -lt ${MOST_RESTARTS} ]; then
  echo "queued again: the worker ended with exit code $code"
  scontrol requeue "$id" && sleep 60 # Slurm ends this script
fi
exit "$code"
`;
}
