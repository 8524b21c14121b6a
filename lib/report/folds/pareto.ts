/** F1: what a row gains on the tuned set against what it keeps outside of it. */
import { INK, panels, rowColour } from "../panels.ts";
import type { Figure } from "../plot.ts";
import type { RunRecord } from "../record.ts";
import { inOrder, lineThrough, OUTSIDE, RECALL, valueOf } from "./axes.ts";

/** A line of the figure: the runs behind each of its points, in order. */
interface Path {
  readonly name: string;
  readonly colour: string;
  readonly dash: "solid" | "dash" | "dot";
  readonly points: readonly (readonly [number, readonly RunRecord[]])[];
}

/** Learning rate of the vision tower. */
const rateOf = ({ config }: RunRecord): number =>
  (config.train.learningRates as { vision: number }).vision;

/** The share of the tuned weights in an average with the start. */
const shareOfTuned = ({ config }: RunRecord): number =>
  config.row === "A0" ? 0 : typeof config.keep === "number" ? config.keep : 1;

/** A path through the learning rates for each row, and for each λ of RSC where a row has several. */
function overRates(runs: readonly RunRecord[]): Path[] {
  return [...Map.groupBy(runs, ({ config }) => config.row)].sort().flatMap(([row, mine]) => {
    const strengths = [...Map.groupBy(mine, ({ config }) => config.weights.rsc)];
    return strengths.sort(([a], [b]) => b - a).map(([strength, runs], i): Path => ({
      name: `${row} ${runs[0]!.config.rowTitle}` +
        (strengths.length > 1 ? `, λ of RSC ${strength}` : ""),
      colour: rowColour(row),
      dash: i === 0 ? "solid" : "dash",
      points: inOrder(runs, rateOf),
    }));
  });
}

/** The path from the start to A3's weights, of the seeds that have every place on it. */
function overAverages(runs: readonly RunRecord[]): Path {
  const along = runs.filter(({ config }) =>
    ["A0", "A3"].includes(config.row) || config.keep !== undefined
  );
  const rows = new Set(along.map(({ config }) => config.row));
  const whole = [...Map.groupBy(along, ({ config }) => config.seed).values()].filter((mine) =>
    new Set(mine.map(({ config }) => config.row)).size === rows.size
  );
  return {
    name: "A3 averaged with the start, from none of it to all",
    colour: rowColour("A9w"),
    dash: "dot",
    points: inOrder(whole.flat(), shareOfTuned),
  };
}

/**
 * Retrieval on the tuned set against what is kept outside; up and to the right is better: a line for each
 * row through the learning rates of `rated`, least first, and one from the start to A3's weights through
 * their averages, of the runs `plain`. Undefined where no line has two points.
 */
export function paretoFigure(
  rated: readonly RunRecord[],
  plain: readonly RunRecord[],
  title: string,
): Figure | undefined {
  const grid = panels(1);
  const data = [...overRates(rated), overAverages(plain)].flatMap(
    ({ name, colour, dash, points }) => {
      const places = points.flatMap(([, runs]) => {
        const [x, y] = [valueOf(runs, OUTSIDE), valueOf(runs, RECALL)];
        return x === undefined || y === undefined ? [] : [{ x, y }];
      });
      if (places.length < 2) return [];
      return [lineThrough(places, grid.axesOf(0), {
        line: { color: colour, width: 2, dash },
        name,
        showlegend: true,
      })];
    },
  );
  if (data.length === 0) return undefined;
  const through = "lines through learning rates, or averages";
  const annotations = [grid.heading(0, RECALL.title), grid.subtitle(through)];
  const x = { title: { text: OUTSIDE.title, font: { size: 12, color: INK }, standoff: 6 } };
  return {
    data,
    layout: {
      ...grid.layoutWithLegend(title, grid.legendRoom(data)),
      ...grid.axes(0, { x, y: {} }),
      annotations,
    },
  };
}
