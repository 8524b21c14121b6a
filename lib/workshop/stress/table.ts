/** What the stress did, as a table. */
import { type Table, textColumn } from "../../report/mod.ts";
import type { DiskFigures } from "./failing_disk.ts";
import type { KillFigures } from "./killing.ts";
import type { ReadFigures } from "./reading.ts";
import type { TogetherFigures } from "./together.ts";

/** Everything that was done; a part that was left out is not there. */
export interface StressFigures {
  readonly killed?: KillFigures;
  readonly disk?: DiskFigures;
  readonly together?: TogetherFigures;
  readonly read: readonly ReadFigures[];
}

/** What went wrong, a line each. */
export function faultsOf({ killed, disk, together, read }: StressFigures): string[] {
  return [
    ...(killed?.different ?? []).map((name) => `killed study: ${name}`),
    ...(disk?.faults ?? []).map((why) => `failing disk: ${why}`),
    ...(together?.faults ?? []).map((why) => `two at once: ${why}`),
    ...read.flatMap(({ kind, faults }) =>
      faults.map((one) => `${kind}, case ${one.case}: ${one.why}`)
    ),
  ];
}

/** The figures as lines of what was done, how often, what came of it, and how much of it was wrong. */
export function stressTable({ killed, disk, together, read }: StressFigures): Table {
  const line = (what: string, times: number, found: string, wrong: number) => (
    { what, times, found, wrong }
  );
  return {
    title: "Faults on purpose",
    note:
      "Wrong is: a number other than an undisturbed study's, a finished run that is lost or repeated, a " +
      "stack trace, a file that is refused without its name or costs more than a second or 200 MB.",
    columns: [
      textColumn("what", "what was done"),
      { key: "times", title: "times", align: "right", format: { digits: 0 } },
      textColumn("found", "what came of it"),
      { key: "wrong", title: "wrong", align: "right", format: { digits: 0 } },
    ],
    rows: [
      ...(killed
        ? [line(
          "kill -9 in a study with two workers",
          killed.kills,
          `${killed.studies} studies of ${killed.runs} runs finished in ${killed.starts} starts`,
          killed.different.length,
        )]
        : []),
      ...(disk
        ? [line(
          "disk full or read-only from a write on",
          disk.tried,
          `of ${disk.writes} writes of a study; ${disk.kept} finished runs kept`,
          disk.faults.length,
        )]
        : []),
      ...(together
        ? [line("two studies at once on one folder", together.times, "", together.faults.length)]
        : []),
      ...read.map(({ kind, cases, read, refused, slowest, largest, faults }) =>
        line(
          `${kind}, mutated`,
          cases,
          `${refused} refused by name, ${read} read; at most ${slowest.toFixed(0)} ms, ` +
            `${(largest / 1e6).toFixed(0)} MB`,
          faults.length,
        )
      ),
    ],
  };
}
