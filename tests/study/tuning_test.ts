import assert from "node:assert/strict";
import { presetOf } from "unidiff/study/presets.ts";
import { rowOf, rows } from "unidiff/study/rows.ts";
import {
  BUDGET,
  candidatesOf,
  choose,
  type Comparison,
  costsOf,
  questions,
  ruleOf,
  trialChanges,
  TUNING_SEED,
  tuningStudies,
} from "unidiff/study/tuning.ts";

const sets = ["fashion-man", "fashion-woman", "ecommerce-product"];
const of = (...numbers: [number, number][]) =>
  numbers.map(([recallSum, noise]) => ({ recallSum, noise }));
const equallyNear = (n: number) => Array.from({ length: n }, () => ({ distance: 1 }));

Deno.test("candidatesOf() gives every row the same number, distinct, the preset first", () => {
  for (const { row, comparison } of questions(sets)) {
    const candidates = candidatesOf("mini", row, comparison);
    assert.equal(candidates.length, BUDGET, row);
    assert.deepEqual(candidates[0], { name: "as the preset", changes: {}, distance: 0 });
    assert.equal(new Set(candidates.map(({ changes }) => JSON.stringify(changes))).size, BUDGET);
    for (const candidate of candidates) presetOf("mini", trialChanges(candidate));
    // Rows of one comparison keep equal steps and draws.
    const steps = candidates.filter(({ changes }) => "train.steps" in changes).length;
    assert.equal(steps, comparison === "apart" ? 2 : 0, row);
  }
  assert.throws(() => candidatesOf("mini", "A0", "equal"), /A0 trains nothing/);
});

Deno.test("candidatesOf() opens λ_rsc where RSC is on, in units of the preset's", () => {
  const weights = (row: string, comparison: Comparison = "equal") =>
    candidatesOf("mini", row, comparison).flatMap(({ changes }) =>
      Object.entries(changes).filter(([path]) => path.startsWith("lambda"))
    );
  const { is, rsc } = presetOf("mini").lambda;
  for (const row of ["A1", "A2", "A3"]) assert.deepEqual(weights(row), []);
  const balance = [0.04, 0.2, 0.5, 2, 5].map((factor) => ["lambda.is", factor * is]);
  assert.deepEqual(weights("A3", "balance"), balance);
  assert.deepEqual(weights("A6"), [["lambda.rsc", 0.3 * rsc], ["lambda.rsc", 3 * rsc]]);
});

Deno.test("ruleOf() goes by what a row's losses are about", () => {
  assert.deepEqual(["A1", "A2", "A3", "A6", "A9t"].map(ruleOf), [
    "R sum",
    "IS loss",
    "ranks",
    "ranks",
    "ranks",
  ]);
});

Deno.test("choose() by R sum, by loss and by the mean of ranks", () => {
  const measured = of([2, 0.3], [5, 0.4], [4, 0.1], [3, 0.2]), four = equallyNear(4);
  assert.equal(choose("R sum", four, measured), 1);
  assert.equal(choose("IS loss", four, measured), 2);
  // Ranks by hand: recall 4, 1, 2, 3; loss 3, 4, 1, 2.
  assert.deepEqual(costsOf("ranks", measured), [3.5, 2.5, 1.5, 2.5]);
  assert.equal(choose("ranks", four, measured), 2);
  // Equal numbers share their ranks.
  assert.deepEqual(costsOf("R sum", of([1, 0], [2, 0], [2, 0])), [3, 1.5, 1.5]);
});

Deno.test("choose() takes the nearest of equals, whatever their last digits, then the first", () => {
  const near = [{ distance: 2 }, { distance: 0.5 }, { distance: 0.5 }];
  assert.equal(choose("R sum", near, of([0.1 + 0.2, 1], [0.3, 1], [0.3, 1])), 1);
  // First in one rank and last in the other against the middle of both: equal means.
  assert.equal(choose("ranks", near, of([3, 0.3], [2, 0.2], [1, 0.1])), 1);
});

Deno.test("choose() puts what diverged last and refuses lists of different length", () => {
  const two = [{ distance: 0 }, { distance: 1 }];
  assert.equal(choose("IS loss", two, of([1, NaN], [0, 9])), 1);
  assert.equal(choose("ranks", two, of([NaN, NaN], [0, 9])), 1);
  assert.throws(() => choose("ranks", two, of([1, 1])), /numbers of 1 candidates, expected 2/);
});

Deno.test("tuningStudies() trains every candidate of every question once, on validation", () => {
  const asked = questions(sets), runs = new Set<string>();
  for (const { config } of tuningStudies("mini", asked)) {
    assert.deepEqual([config.seeds, config.firstSeed, config.fractions], [1, TUNING_SEED, [1]]);
    assert.equal(presetOf("mini", config.changes).evaluate.split, "validation");
    for (const dataset of config.datasets) {
      for (const row of config.rows) {
        const key = JSON.stringify([dataset, row, config.changes]);
        assert.ok(!runs.has(key), key);
        runs.add(key);
      }
    }
  }
  for (const { dataset, row, comparison } of asked) {
    for (const candidate of candidatesOf("mini", row, comparison)) {
      const key = JSON.stringify([dataset, row, trialChanges(candidate)]);
      assert.ok(runs.has(key), key);
    }
  }
  // 6 rows on 3 sets and 6 on one, 6 each; apart 3 rows on 3 sets, 2 candidates of their own each;
  // the balance on 3 sets, 5 of its own.
  assert.equal(runs.size, 18 * 6 + 6 * 6 + 9 * 2 + 3 * 5);
});

Deno.test("questions() are of rows that train, all or those named", () => {
  const tuned = new Set(questions(sets).map(({ row }) => row as string));
  assert.deepEqual(
    [...tuned].sort(),
    Object.keys(rows).filter((row) => row !== "A0" && rowOf(row).settingsOf === undefined).sort(),
  );
  assert.deepEqual(questions(["a", "b"], ["A3", "A7b"]), [
    { dataset: "a", row: "A3", comparison: "equal" },
    { dataset: "b", row: "A3", comparison: "equal" },
    { dataset: "a", row: "A3", comparison: "apart" },
    { dataset: "b", row: "A3", comparison: "apart" },
    { dataset: "a", row: "A3", comparison: "balance" },
    { dataset: "b", row: "A3", comparison: "balance" },
    { dataset: "a", row: "A7b", comparison: "equal" },
  ]);
  assert.throws(() => questions(sets, ["A0"]), /A0 has nothing to choose; expected some of A1/);
});
