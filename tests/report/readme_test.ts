/** What docs/findings.md says of the committed grid is what its runs say. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { reportedRuns } from "unidiff/report/selection.ts";
import { toMarkdown } from "unidiff/report/table.ts";
import { studyTables } from "unidiff/report/tables.ts";
import { projectFolder } from "unidiff/runtime/project.ts";

const folder = join(projectFolder, "results", "reference", "full");
/** Lines of a table without the blanks that deno fmt lines columns up with. */
const linesOf = (markdown: string) =>
  markdown.split("\n").filter((line) => line.startsWith("|") && !/^\|[ :-]+\|/.test(line))
    .map((line) => line.replace(/\s+/g, " ").trim());

Deno.test("tables of the committed grid, and those of docs/findings.md, are what its run folders give", async () => {
  const runs = await reportedRuns(folder, { skipped: [] });
  assert.ok(runs.length >= 280);
  const readme = new Set(
    linesOf(await Deno.readTextFile(join(projectFolder, "docs", "findings.md"))),
  );
  for (const { name, table } of studyTables(runs)) {
    const committed = await Deno.readTextFile(join(folder, "tables", `${name}.md`));
    assert.equal(toMarkdown(table), committed, name);
    if (name !== "overview" && name !== "claims-by-set") continue;
    for (const line of linesOf(committed)) {
      assert.ok(readme.has(line), `docs/findings.md: ${name}: ${line}`);
    }
  }
});
