import assert from "node:assert/strict";
import { headline } from "unidiff/study/headline.ts";
import { stream } from "unidiff/runtime/random.ts";
import { runRecord as run, type SyntheticRow } from "../report/synthetic_study.ts";

/** Runs of the rows with seeds 0 … seeds − 1. */
const runs = (seeds: number, rows: SyntheticRow[] = ["A0", "A1", "A2", "A3", "A6"]) =>
  Array.from({ length: seeds }, (_, seed) => rows.map((row) => run(row, seed))).flat();

Deno.test("headline() draws no conclusion from one or two seeds", () => {
  assert.match(headline(runs(1)), /One seed allows no conclusion/);
  assert.match(headline(runs(2)), /Two seeds allow no conclusion/);
  for (const seeds of [1, 2]) assert.doesNotMatch(headline(runs(seeds)), /[Bb]etter in/);
});

Deno.test("headline() counts the seeds in which a row is better, seed by seed", () => {
  const three = runs(3);
  assert.match(
    headline(three),
    /ITC improve .* \(A1\) beside .* \(A0\)\. Better in every one of 3/,
  );
  assert.match(
    headline(three),
    /IS improve denoising\? IS loss 0\.\d{4} \(A2\) .* Better in every/,
  );
  const a1 = three.find(({ name }) => name === "A1-2")!;
  a1.evaluation.metrics["retrieval.i2t.r5"] = 0;
  a1.evaluation.metrics["retrieval.t2i.r5"] = 0;
  assert.match(headline(three), /\(A0\)\. Better in 2 of 3 seeds: undecided/);
});

Deno.test("headline() compares only rows and seeds that are there", () => {
  const text = headline(runs(1, ["A0", "A6"]));
  assert.doesNotMatch(text, /beside/);
  assert.equal(headline([]), "");
  const unpaired = [...runs(1, ["A0"]), run("A1", 1)];
  assert.doesNotMatch(headline(unpaired), /beside/);
});

Deno.test("headline() warns of random starting weights", () => {
  const random = runs(1).map((r) => ({
    ...r,
    config: { ...r.config, model: { start: "random" } },
  }));
  assert.match(headline(random), /random: none of these numbers means anything/);
});

Deno.test("headline() says what the interval over seeds and queries allows where queries are kept", () => {
  const three = runs(3, ["A0", "A1"]).map((run) => {
    const rank = run.config.row === "A1" ? 1 : 20, draws = stream(run.config.seed, "ranks");
    const ranks = () => Array.from({ length: 40 }, () => draws.uniform() < 0.4 ? rank : 9);
    const loss = Array.from({ length: 40 }, (_, i) => 0.1 + i / 1000);
    return {
      ...run,
      queries: {
        "retrieval.i2t.rank": ranks(),
        "retrieval.t2i.rank": ranks(),
        "is.test": loss,
      },
    };
  });
  assert.match(
    headline(three),
    /\(A0\)\. Difference \+\d+\.\d \[\d+\.\d, \d+\.\d\] \(95 % over 3 seeds .*: better\./,
  );
  const same = three.map((run) => ({ ...run, queries: three[0]!.queries }));
  assert.match(headline(same), /Difference 0\.0 \[0\.0, 0\.0\].*: no difference is shown/);
});
