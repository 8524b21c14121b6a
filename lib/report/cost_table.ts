/** What rows cost: time, memory, parameters. */
import type { Measured } from "./measured.ts";
import { numbersOf, type NumberSource } from "./sources.ts";
import { present } from "./measured.ts";
import { column, metricTable } from "./metric_table.ts";
import type { RunRecord } from "./record.ts";
import type { Table } from "./table.ts";

const TRAIN = ["seconds", "train"] as const;

/** The costs of a run by name, from evaluation.json and cost.json. */
function costsOf({ name, evaluation, cost }: RunRecord): Record<string, NumberSource> {
  const found: Record<string, NumberSource> = {};
  const add = (file: string, path: readonly string[], value: number | undefined) => {
    if (value !== undefined) found[path.join(".")] = { run: name, file, path, value };
  };
  const { train, evaluate } = evaluation.seconds;
  add("evaluation.json", ["steps"], evaluation.steps);
  add("evaluation.json", TRAIN, train);
  add("evaluation.json", ["seconds", "evaluate"], evaluate);
  add("cost.json", ["parameters", "trained"], cost?.parameters.trained);
  add("cost.json", ["parameters", "total"], cost?.parameters.total);
  add("cost.json", ["peakMemory"], cost?.peakMemory);
  return found;
}

/** Time, memory and parameters of each row; times of one machine only compare rows done side by side. */
export function costTable(runs: readonly RunRecord[], dataset: string): Table {
  const sources = new Map(runs.map((run) => [run, costsOf(run)] as const));
  const numbers = new Map([...sources].map(([run, found]) => [run, numbersOf(found)] as const));
  const found: Measured = { numbers, sources };
  const millions = { digits: 2, scale: 1e-6 };
  const columns = present(found, [
    column("steps", "steps", { digits: 0 }),
    column("seconds.train", "training (s)", { digits: 1 }),
    column("seconds.evaluate", "measuring (s)", { digits: 1 }),
    column("peakMemory", "peak memory (GiB)", { digits: 2, scale: 2 ** -30 }),
    column("parameters.trained", "trained", millions, undefined, "parameters (million)"),
    column("parameters.total", "all", millions, undefined, "parameters (million)"),
  ]);
  return metricTable(
    `Cost on ${dataset}`,
    [
      "Wall time on the machine that did the runs, whatever else it did." +
      (columns.some(({ key }) => key === "peakMemory")
        ? " Peak memory: of the process while it did the run; what it held from runs before counts."
        : ""),
    ],
    found,
    runs,
    columns,
    {
      metric: {
        title: "training (s)",
        scale: 1,
        digits: 1,
        file: "evaluation.json",
        paths: [TRAIN],
        values: ({ evaluation }) => [evaluation.seconds.train],
      },
      against: ["A3", "A1", "A2"],
    },
  );
}
