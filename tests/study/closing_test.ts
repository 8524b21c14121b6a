import assert from "node:assert/strict";
import { join } from "@std/path";
import { readStudy } from "unidiff/report/record.ts";
import { closing } from "unidiff/study/closing.ts";
import { inFolder } from "../data/folder.ts";
import { writeRun } from "../report/synthetic_study.ts";

Deno.test("closing() says the finding, the page and counts, in a handful of lines", () =>
  inFolder(async (folder) => {
    for (const row of ["A0", "A1", "A3", "A6"] as const) await writeRun(folder, row, 0);
    const paths = [
      ...["md", "csv", "tex", "json"].flatMap((e) =>
        ["shop", "reproduced"].map((n) => `tables/${n}.${e}`)
      ),
      ...["svg", "png", "html"].map((e) => `plots/shop-training.${e}`),
      "samples/shop.png",
      "notebooks/00_start_here.ipynb",
      "index.html",
    ].map((path) => join(folder, path));
    const written = {
      paths,
      upToDate: true,
      shown: () => "results/it",
      reproduced: "7 of 7 numbers inside",
    };
    const lines = closing(folder, { ...written, records: await readStudy(folder) });
    assert.ok(lines.length < 10);
    assert.match(
      lines[1]!,
      /R@5 .* \(A6\) beside .* With fewer than three seeds nothing is shown\.$/,
    );
    assert.match(lines[2]!, /^7 of 7 numbers inside \(/);
    assert.ok(
      lines.some((line) => line.startsWith("page: file:///") && line.endsWith("/index.html")),
    );
    assert.equal(
      lines.at(-1),
      "2 tables, 1 plot, 1 sheet of drawings, 1 notebook, 4 runs in results/it (they were up to date)",
    );
    for (const seed of [1, 2]) {
      for (const row of ["A0", "A1", "A3", "A6"] as const) await writeRun(folder, row, seed);
    }
    const [, finding] = closing(folder, { ...written, records: await readStudy(folder) });
    assert.match(finding!, /Better in every one of 3 seeds\.$/, "these runs kept no queries");
  }));
