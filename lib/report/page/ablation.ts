/** The ablation as a paper prints it: a line for each row, three numbers for each data set. */
import { ABLATION_METRICS, overSeeds } from "../ablation.ts";
import type { RunRecord } from "../record.ts";
import { cellText, escapeXml } from "../table.ts";

/** One number for each thing that is judged: retrieval, denoising, drawing. */
const SHOWN = ["retrieval.recallSum", "is.test", "kid"];

/** Rows of the component ablation; forms and controls have tables of their own. */
const COMPONENTS = /^A[0-6]$/;

/**
 * Means over seeds at all products, as an HTML table that a phone shows as a card for each row; empty
 * where no row of the ablation was measured.
 */
export function ablationHtml(runs: readonly RunRecord[], id: string): string {
  const whole = runs.filter(({ config: { row, fraction } }) =>
    fraction === 1 && COMPONENTS.test(row)
  );
  const sets = [...Map.groupBy(whole, ({ config }) => config.dataset.name)];
  const rows = [...new Map(whole.map(({ config }) => [config.row, config.rowTitle]))].sort();
  if (rows.length === 0) return "";
  const metrics = ABLATION_METRICS.filter(({ key }) => SHOWN.includes(key));
  const arrow = { higher: "↑", lower: "↓" };
  const heads = sets.flatMap(() =>
    metrics.map(({ title, better }) =>
      `<th scope="col" role="columnheader">${escapeXml(title)}\u00a0${
        better ? arrow[better] : ""
      }</th>`
    )
  );
  const above = sets.map(([set]) =>
    `<th scope="colgroup" colspan="${metrics.length}" role="columnheader">${escapeXml(set)}</th>`
  );
  const lines = rows.map(([row, title]) => {
    const cells = sets.flatMap(([set, mine]) =>
      metrics.map(({ key, title, format }) => {
        const found = overSeeds(mine.filter(({ config }) => config.row === row), key);
        return `<td role="cell" data-set="${escapeXml(set)}" data-number="${escapeXml(title)}">${
          escapeXml(cellText(found?.mean, format))
        }</td>`;
      })
    );
    return `<tr role="row"><th scope="row" role="rowheader"><span class="swatch" style="background:var(--row-${
      escapeXml(row)
    },var(--ink))"></span><b>${escapeXml(row)}</b> <span class="row-title">${
      escapeXml(title)
    }</span></th>${cells.join("")}</tr>`;
  });
  return `<table class="ablation" role="table" id="${id}">
<caption>The ablation</caption>
<thead role="rowgroup"><tr role="row"><td></td>${
    above.join("")
  }</tr><tr role="row"><th scope="col" role="columnheader">row</th>${heads.join("")}</tr></thead>
<tbody role="rowgroup">
${lines.join("\n")}
</tbody>
</table>
<p class="note">Means over seeds, all products; the tables below have the spreads. R sum: R@1, R@5 and
R@10 of both ways added, 600 at most. IS loss: denoising error of the test pictures. KID: drawn
pictures to the test pictures.</p>`;
}
