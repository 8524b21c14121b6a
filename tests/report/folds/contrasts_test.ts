/** Contrasts over folds, on runs whose effects are known. */
import assert from "node:assert/strict";
import { stream } from "unidiff/runtime/random.ts";
import type { RunRecord } from "unidiff/report/record.ts";
import {
  contrastsOf,
  contrastTable,
  measureContrasts,
  verdictText,
} from "unidiff/report/folds/contrasts.ts";
import { FOLDED, paired } from "unidiff/report/folds/pooled.ts";
import { foldedReport } from "unidiff/report/folds/report.ts";
import { collapseTable, foldedRowsTable, foldSummary } from "unidiff/report/folds/rows_table.ts";

const FOLDS = 5, QUERIES = 24;

/** A run whose queries are hit with a chance, and denoise with a loss; the same queries have the same luck. */
function run(
  set: string,
  row: string,
  fold: number,
  seed: number,
  { hits = 0.5, loss = 1, more = {} }: { hits?: number; loss?: number; more?: object } = {},
): RunRecord {
  const luck = stream(1, set, fold).uniforms(QUERIES), own = stream(seed, row, set, fold);
  const rank = () => [...luck].map((u) => 0.9 * u + 0.1 * own.uniform() < hits ? 1 : 50);
  const noise = [...luck].map((u) => loss + 0.2 * u + 0.001 * own.normals(1)[0]!);
  const i2t = rank(),
    t2i = rank(),
    r5 = (ranks: number[]) => ranks.filter((r) => r <= 5).length / QUERIES;
  return {
    folder: "",
    name: `${set}--${row}--k${fold}--s${seed}`,
    config: {
      row,
      rowTitle: `row ${row}`,
      seed,
      fraction: 1,
      weights: { rsc: 0 },
      preset: "study",
      dataset: { name: set, fold: `${fold}of${FOLDS}` },
      train: { steps: 150, learningRates: { vision: 1 } },
      ...more,
    },
    evaluation: {
      metrics: {
        "retrieval.i2t.r5": r5(i2t),
        "retrieval.t2i.r5": r5(t2i),
        "collapse.image.covarianceRank": fold,
        "class-map.color.image": 0.5,
      },
    },
    queries: {
      "retrieval.i2t.rank": i2t,
      "retrieval.t2i.rank": t2i,
      "forgetting.i2t.rank": i2t,
      "forgetting.t2i.rank": t2i,
      "is.test": noise,
      product: [...luck].map((_, q) => q >> 1),
    },
    later: [],
  } as unknown as RunRecord;
}

function all(
  rows: Readonly<Record<string, Parameters<typeof run>[4]>>,
  sets = ["fashion-man", "fashion-woman"],
  seeds = 3,
): RunRecord[] {
  return sets.flatMap((set) =>
    Object.entries(rows).flatMap(([row, effect]) =>
      Array.from(
        { length: FOLDS },
        (_, k) => Array.from({ length: seeds }, (_, seed) => run(set, row, k + 1, seed, effect)),
      ).flat()
    )
  );
}

Deno.test("paired() joins all folds of all sets, each product of a set a cluster", () => {
  const runs = all({ A1: {}, A3: {} });
  const found = paired(runs, ["fashion-man", "fashion-woman"], "A3", "A1", FOLDED.recall)!;
  assert.deepEqual(found.seeds, [0, 1, 2]);
  assert.equal(found.differences[0]!.length, 2 * FOLDS * QUERIES);
  assert.equal(new Set(found.clusters).size, 2 * FOLDS * QUERIES / 2);
  assert.equal(found.sources.length, 2 * 2 * FOLDS * 3 * 2);
  // Pictures outside are the same in every fold and for every set.
  const outside = paired(runs, ["fashion-man", "fashion-woman"], "A3", "A1", FOLDED.outside)!;
  assert.equal(new Set(outside.clusters).size, QUERIES);
});

Deno.test("paired() leaves out a seed that lacks a fold", () => {
  const runs = all({ A1: {}, A3: {} }, ["fashion-man"]).filter(({ name }) =>
    name !== "fashion-man--A3--k2--s1"
  );
  assert.deepEqual(paired(runs, ["fashion-man"], "A3", "A1", FOLDED.recall)!.seeds, [0, 2]);
  const none = runs.filter(({ config }) => config.row !== "A3" || config.dataset.fold !== "4of5");
  assert.equal(paired(none, ["fashion-man"], "A3", "A1", FOLDED.recall), undefined);
});

Deno.test("measureContrasts() shows an effect, bounds a small one, leaves an unsure one open", () => {
  const runs = all({
    A1: { hits: 0.3 },
    A2: { loss: 1 },
    A3: { hits: 0.6, loss: 1.0001 },
    A6: { hits: 0.6 },
    A9w: { hits: 0.6 },
  });
  const measured = measureContrasts(runs, ["fashion-man", "fashion-woman"], contrastsOf());
  const of = (row: string, against: string, metric = "recall") =>
    measured.find(({ contrast: c }) =>
      c.row === row && c.against === against && c.metric === metric
    )!;
  assert.equal(measured.length, 5, "the best reading is not chosen yet");
  assert.equal(of("A3", "A1").verdict, "shown");
  assert.equal(verdictText(of("A3", "A1")), "shown: better");
  // A ten-thousandth of the loss, where one per cent was to count.
  assert.equal(of("A3", "A2", "noise").verdict, "smaller than");
  assert.match(verdictText(of("A3", "A2", "noise")), /^smaller than 1 % of 110\d\.\d$/);
  // Shown, and within the bound: the row is better, but not by much.
  const slight = of("A3", "A2", "noise"), { comparison } = slight;
  const tight = { ...comparison, difference: -0.002, low: -0.003, high: -0.001 };
  assert.match(
    verdictText({ ...slight, verdict: "shown", comparison: tight }),
    /^shown: better, by less than 1 % of 110\d\.\d$/,
  );
  for (const { p, comparison } of measured) assert.ok(p >= comparison.p, "corrected upwards");
  const worse = measureContrasts(
    all({ A3: { hits: 0.6 }, A6: { hits: 0.2 } }),
    ["fashion-man"],
    contrastsOf(),
  );
  assert.deepEqual(worse.map(verdictText), ["shown: worse", "shown: worse"]);
});

Deno.test("foldedReport() has the pooled group first, then every set; exploring seeds are apart", () => {
  const runs = [
    ...all({ A1: {}, A3: {} }, ["fashion-man", "fashion-woman", "product-views"]),
    ...Array.from({ length: FOLDS }, (_, k) => run("fashion-man", "A8n", k + 1, 100)),
  ];
  const { tables, figures } = foldedReport(runs);
  const names = tables.map(({ name }) => name);
  assert.deepEqual(names, ["contrasts", "collapse", "rows", "readings"]);
  const { table } = tables[0]!;
  assert.deepEqual([...new Set(table.rows.map(({ sets }) => sets))], [
    "fashion-man and fashion-woman",
    "fashion-man",
    "fashion-woman",
    "product-views",
  ]);
  assert.deepEqual(tables[3]!.table.rows.map(({ row }) => row), ["A8n"]);
  assert.deepEqual(figures, {});
  assert.equal(contrastTable([]), undefined);
});

Deno.test("the best reading of RSC is compared at the settings that were chosen for it", () => {
  const chosen = {
    weights: { rsc: 0.3 },
    changes: { "lambda.rsc": 0.3 },
    train: { steps: 150, learningRates: { vision: 1 }, rsc: { temperature: 0.1 } },
  };
  const runs = [
    ...all({ A3: {}, A8n: { more: chosen } }, ["fashion-man"]),
    ...Array.from({ length: FOLDS }, (_, k) => run("fashion-man", "A8d", k + 1, 100)),
  ];
  const { table } = foldedReport(runs).tables[0]!;
  assert.deepEqual(table.rows.map(({ asks, rows, seeds }) => [asks, rows, seeds]), [
    ["does the best reading of RSC (λ 0.3, τ 0.1) help telling apart?", "A8n − A3", 3],
  ]);
});

Deno.test("foldSummary() is the mean over folds, its spread over seeds that have all of them", () => {
  const runs = all({ A3: {} }, ["fashion-man"]);
  const rank = foldSummary(runs, "collapse.image.covarianceRank")!;
  assert.deepEqual([rank.mean, rank.std, rank.n], [3, 0, 3]);
  assert.equal(rank.sources?.length, 3 * FOLDS);
  assert.equal(foldSummary(runs.slice(0, 3), "collapse.image.covarianceRank"), undefined);
  assert.deepEqual(collapseTable(runs)!.columns.map(({ key }) => key).slice(4), [
    "collapse.image.covarianceRank",
    "class-map.color.image",
  ]);
  assert.equal(foldedRowsTable(runs)!.rows.length, 1);
});

Deno.test("foldedReport() draws rows over learning rates, steps and shares", () => {
  const explored = (row: string, more: object) =>
    Array.from({ length: FOLDS }, (_, k) => run("fashion-man", row, k + 1, 100, { more }));
  const rate = (vision: number) => ({
    changes: { "train.learningRates.vision": vision },
    train: { steps: 150, learningRates: { vision } },
  });
  const steps = (n: number) => ({
    changes: { "train.steps": n },
    train: { steps: n, learningRates: { vision: 1 } },
  });
  const { figures } = foldedReport([
    ...explored("A3", rate(1)),
    ...explored("A3", rate(2)),
    ...explored("A6", steps(25)),
    ...explored("A6", steps(300)),
    ...explored("A1", { fraction: 0.5 }),
    ...explored("A1", { fraction: 0.1 }),
  ]);
  const rows = (name: string) =>
    figures[`fashion-man-${name}`]!.data.map(({ name }) => String(name).slice(0, 2));
  // None of these runs has numbers outside or a loss as metrics: F1 needs both of its axes.
  assert.deepEqual(Object.keys(figures), ["fashion-man-length", "fashion-man-share"]);
  assert.deepEqual([...new Set(rows("length"))], ["A6"]);
  assert.deepEqual([...new Set(rows("share"))], ["A1"]);
});

Deno.test("measureContrasts() leaves open what has fewer than three seeds, whatever they say", () => {
  const runs = all({ A1: { hits: 0.3 }, A3: { hits: 0.6 } }, ["fashion-man"], 2);
  const [one] = measureContrasts(runs, ["fashion-man"], contrastsOf());
  assert.ok(one!.comparison.low > 0);
  assert.deepEqual([one!.verdict, verdictText(one!)], ["open", "open: 2 of 3 seeds so far"]);
});

Deno.test("foldedReport() says a sentence for each contrast of the pooled sets", () => {
  const { answers } = foldedReport(all({ A1: { hits: 0.3 }, A3: { hits: 0.6 } }));
  assert.equal(answers.length, 1);
  assert.match(
    answers[0]!,
    /^Does drawing help telling apart\? \*\*shown: better\*\*: A3 − A1, R@5 \(points\), \+\d.* on fashion-man and fashion-woman \(3 seeds\)\.$/,
  );
  assert.deepEqual(foldedReport([]).answers, []);
});

/** A run with the two numbers that F1 is about. */
function placed(row: string, fold: number, [kept, found]: [number, number], more: object) {
  const made = run("fashion-man", row, fold, 0, { more: { weights: { rsc: 0 }, ...more } });
  const metrics = {
    "retrieval.i2t.r5": found,
    "retrieval.t2i.r5": found,
    "forgetting.i2t.r5": kept,
    "forgetting.t2i.r5": kept,
  };
  return { ...made, evaluation: { metrics } } as unknown as RunRecord;
}

Deno.test("F1 has a line for each row and λ through its rates, and one through averages with the start", () => {
  const folds = (row: string, place: [number, number], more: object = {}) =>
    Array.from({ length: FOLDS }, (_, k) => placed(row, k + 1, place, more));
  const rated = (row: string, vision: number, place: [number, number], rsc = 0) =>
    folds(row, place, {
      changes: { "train.learningRates.vision": vision, ...(rsc === 0.3 && { "lambda.rsc": rsc }) },
      weights: { rsc },
      train: { steps: 150, learningRates: { vision } },
    });
  const { figures } = foldedReport([
    ...folds("A0", [0.9, 0.4]),
    ...folds("A9w", [0.85, 0.6], { keep: 0.5 }),
    ...folds("A9v", [0.88, 0.5], { keep: 0.25 }),
    ...folds("A3", [0.7, 0.55]),
    ...rated("A3", 2, [0.5, 0.5]),
    ...rated("A3", 1, [0.7, 0.6]),
    ...rated("A6", 1, [0.6, 0.5], 1),
    ...rated("A6", 2, [0.4, 0.4], 1),
    ...rated("A6", 1, [0.65, 0.5], 0.3),
    ...rated("A6", 2, [0.45, 0.4], 0.3),
  ]);
  const { data } = figures["fashion-man-rates"]!;
  const close = (xs: unknown, expected: number[]) =>
    assert.deepEqual((xs as number[]).map((x) => Math.round(x * 10) / 10), expected);
  assert.deepEqual(data.map(({ name }) => name), [
    "A3 row A3",
    "A6 row A6, λ of RSC 1",
    "A6 row A6, λ of RSC 0.3",
    "A3 averaged with the start, from none of it to all",
  ]);
  close(data[0]!.x, [70, 50]);
  close(data[0]!.y, [60, 50]);
  close(data[3]!.x, [90, 88, 85, 70]);
  close(data[3]!.y, [40, 50, 60, 55]);
});

Deno.test("gradients along training are drawn for runs that measured them, means over runs", () => {
  const metrics = (scale: number) =>
    [1, 26].map((step) => ({
      step,
      seconds: 1,
      total: 1,
      "grad.itc.vision": scale * step,
      "grad.is.vision": 0,
      "grad.is.unet": 2,
    }));
  const more = {
    changes: { "train.gradientNorms": 25 },
    train: { steps: 150, gradientNorms: 25, learningRates: { vision: 1 } },
  };
  const runs = [1, 3].map((scale, k) => ({
    ...run("fashion-man", "A6", k + 1, 100, { more }),
    metrics: metrics(scale),
  }));
  const { data } = foldedReport(runs as unknown as RunRecord[]).figures["fashion-man-gradients"]!;
  // No loss that does not arrive has a line: a logarithm of zero is none.
  assert.deepEqual(data.map(({ name, x, y }) => [name, x, y]), [
    ["ITC", [0, 25], [2, 52]],
    ["IS", [0, 25], [2, 2]],
  ]);
});
