/** The runs of a study as a table of the page, and where each lies. */
import { archiveName, isPacked } from "../packed.ts";
import type { RunRecord } from "../record.ts";
import { type Table, textColumn } from "../table.ts";

/** One line for each run: what it is, how long it took (unless `times` is false), and its folder. */
export function runTable(runs: readonly RunRecord[], { times = true } = {}): Table {
  const number = (key: string, title: string, digits = 0) => (
    { key, title, align: "right", format: { digits } } as const
  );
  return {
    title: "Runs",
    note: "The folder of a run holds config.json (every setting), metrics.jsonl (the losses of " +
      "logged steps), evaluation.json (every number) and samples.png." +
      (times ? " Times are in seconds, on the machine that did the runs." : ""),
    columns: [
      textColumn("row", "row"),
      textColumn("dataset", "data set"),
      number("seed", "seed"),
      {
        key: "fraction",
        title: "products (%)",
        align: "right",
        format: { digits: 0, scale: 100 },
      },
      number("steps", "steps"),
      ...(times ? [number("train", "training (s)"), number("evaluate", "measuring (s)")] : []),
      textColumn("folder", "folder"),
    ],
    rows: runs.map(({ name, config, evaluation }) => ({
      row: config.row,
      dataset: config.dataset.name,
      seed: config.seed,
      fraction: config.fraction,
      steps: evaluation.steps,
      train: evaluation.seconds.train,
      evaluate: evaluation.seconds.evaluate,
      folder: name,
    })),
  };
}

/** Path of a run's folder from the page, or of the archive that holds it, as it stands in a link. */
export function runLink({ name, folder, config }: RunRecord): string {
  return isPacked(folder)
    ? `runs/${encodeURIComponent(archiveName(config))}`
    : `runs/${encodeURIComponent(name)}/`;
}
