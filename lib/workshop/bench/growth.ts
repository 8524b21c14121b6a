/** How cost grows: with the batch, the picture, the records of a data set, the runs of a study. */
import { join } from "@std/path";
import { initialParams } from "../../weights/mod.ts";
import { noisePredictor, unetSpecs } from "../../model/mod.ts";
import { batchIndices, rowFile } from "../../data/mod.ts";
import { ablationTable, type Figure, renderFigure, type RunRecord } from "../../report/mod.ts";
import { memoryUsed, stream, tf } from "../../runtime/mod.ts";
import { makeUnit } from "./units.ts";
import { benchModels } from "./sizes.ts";
import { markdown } from "./table.ts";

/** Cost at one size. */
export interface Point {
  readonly size: number;
  readonly milliseconds: number;
  /** Resident memory afterwards, in bytes. */
  readonly memory: number;
}

/** A series of sizes. */
export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
}

const sizes = {
  batch: [8, 16, 32, 64, 128],
  picture: [8, 16, 32, 64],
  records: [100, 1_000, 10_000, 100_000],
  runs: [1, 10, 100, 1_000, 10_000],
  steps: [1, 10, 100],
};

/** Measures every series; `tell` is told of each point. */
export async function measureGrowth(
  folder: string,
  tell: (what: string) => void,
): Promise<Series[]> {
  const series: Series[] = [];
  const measure = async (
    name: string,
    list: readonly number[],
    f: (n: number) => Promise<number>,
  ) => {
    const points: Point[] = [];
    for (const size of list) {
      const milliseconds = await f(size);
      points.push({ size, milliseconds, memory: memoryUsed()?.now ?? Deno.memoryUsage().rss });
      tell(`${name} ${size}: ${milliseconds.toPrecision(3)} ms`);
    }
    series.push({ name, points });
  };
  await measure("table of a study, by runs", sizes.runs, (n) => timed(() => tableOf(n)));
  await measure("batch from a data set, by records", sizes.records, (n) => batchOf(n, folder));
  await measure("step, by batch", sizes.batch, async (batch) => {
    const unit = makeUnit("step-mini", { batch, folder });
    const milliseconds = await timed(() => unit.run());
    unit.dispose();
    return milliseconds;
  });
  await measure("UNet forward, by side of the latents", sizes.picture, pictureOf);
  const unit = makeUnit("step-mini", { batch: 8, folder });
  let done = 0;
  await measure("step, by steps done before", sizes.steps, async (n) => {
    for (; done < n - 1; done++) await unit.run();
    done++;
    return timed(() => unit.run(), 0);
  });
  unit.dispose();
  return series;
}

/** Milliseconds of the second call, after `warm` calls. */
async function timed(f: () => unknown | Promise<unknown>, warm = 1): Promise<number> {
  for (let i = 0; i < warm; i++) await f();
  const started = performance.now();
  await f();
  return performance.now() - started;
}

/** Builds the table of a study of `n` runs: five rows, the rest seeds. */
function tableOf(n: number): void {
  const rows = ["A0", "A1", "A2", "A3", "A6"], draws = stream(0, "bench", "runs", n);
  const records = Array.from({ length: n }, (_, i): RunRecord => {
    const metrics = {
      "retrieval.i2t.r1": draws.uniform(),
      "retrieval.t2i.r1": draws.uniform(),
      "is.test": draws.uniform(),
    };
    return {
      name: `run ${i}`,
      folder: "",
      config: {
        row: rows[i % 5],
        rowTitle: rows[i % 5],
        seed: Math.floor(i / 5),
        fraction: 1,
        weights: { itc: 1, is: 1, rsc: 1, direction: "both" },
        preset: "mini",
        dataset: { name: "drawn", kind: "drawn", train: 500, validation: 50, test: 100 },
        train: { steps: 50, batch: 32 },
        evaluate: {},
      },
      evaluation: { schema: 1, metrics, steps: 50, seconds: { train: 1, evaluate: 1 } },
    } as unknown as RunRecord;
  });
  ablationTable(records, "drawn");
}

/** A batch of 32 of `n` records that lie in a file, as pixels of a data set do. */
async function batchOf(n: number, folder: string): Promise<number> {
  const length = 64 * 64 * 3;
  const file = await rowFile(join(folder, `records-${n}.u8`), {
    count: n,
    length,
    piece: 1000,
    make: (from, to) => Promise.resolve(new Uint8Array((to - from) * length).fill(from % 251)),
  });
  let step = 0;
  const milliseconds = await timed(() => file.read(batchIndices(n, 32, step++, 0)), 3);
  await Deno.remove(join(folder, `records-${n}.u8`));
  return milliseconds;
}

/** One prediction of the miniature's UNet for 8 latents of a side. */
async function pictureOf(side: number): Promise<number> {
  const { unet } = benchModels.mini, params = initialParams(unetSpecs(unet), 0);
  const latents = tf.zeros([8, side, side, unet.inChannels]) as tf.Tensor4D;
  const states = tf.zeros([8, 32, unet.crossAttention]) as tf.Tensor3D;
  const predict = noisePredictor(params, unet), timesteps = new Int32Array(8).fill(500);
  const milliseconds = await timed(async () => {
    const noise = predict({ latents, timesteps, states });
    await noise.data();
    noise.dispose();
  });
  tf.dispose([latents, states, params]);
  return milliseconds;
}

/** The exponent of growth: the slope of a line through the last two points on logarithmic axes. */
export function exponent(points: readonly Point[]): number {
  const [a, b] = points.slice(-2) as [Point, Point];
  return Math.log(b.milliseconds / a.milliseconds) / Math.log(b.size / a.size);
}

/** All series as tables. */
export function growthTable(series: readonly Series[]): string {
  const rows = series.flatMap(({ name, points }) =>
    points.map(({ size, milliseconds, memory }, i) => [
      i === 0 ? name : "",
      String(size),
      milliseconds.toPrecision(3),
      (1000 * milliseconds / size).toPrecision(3),
      `${(memory / 1e6).toFixed(0)}`,
      i === points.length - 1 ? exponent(points).toFixed(2) : "",
    ])
  );
  return markdown(["cost", "size", "ms", "µs each", "MB resident", "exponent at the end"], rows);
}

/** The series on logarithmic axes, as SVG, PNG and page; returns the paths. */
export function growthPlot(series: readonly Series[], base: string): Promise<string[]> {
  const figure: Figure = {
    data: series.map(({ name, points }) => ({
      type: "scatter",
      mode: "lines+markers",
      name,
      x: points.map(({ size }) => size),
      y: points.map(({ milliseconds }) => milliseconds),
    })),
    layout: {
      width: 860,
      height: 480,
      font: { family: "Arimo, Arial, sans-serif", size: 13 },
      xaxis: { type: "log", title: { text: "size" }, dtick: 1 },
      yaxis: { type: "log", title: { text: "milliseconds" }, dtick: 1 },
      margin: { l: 70, r: 20, t: 20, b: 60 },
    },
  };
  return renderFigure(figure, base);
}
