import assert from "node:assert/strict";
import {
  cellText,
  escapeLatex,
  type Table,
  toCsv,
  toHtml,
  toJson,
  toLatex,
  toMarkdown,
} from "unidiff/report/table.ts";
import { toText } from "unidiff/report/text_table.ts";

const seeds = (mean: number, std: number, n = 3) => ({ mean, std, n });

const table: Table = {
  title: "Two rows & a pipe | here",
  note: "100 % made up_",
  columns: [
    { key: "row", title: "row", align: "left", format: "text" },
    { key: "itc", title: "ITC", align: "center", format: "tick" },
    {
      key: "r1",
      title: "R@1",
      group: "i→t",
      align: "right",
      format: { digits: 1, scale: 100 },
      better: "higher",
    },
    { key: "rank", title: "rank", group: "i→t", align: "right", format: { digits: 0 } },
  ],
  rows: [
    { row: 'A0, "none"', itc: false, r1: seeds(0.2, 0.01), rank: 6 },
    { row: "A1", itc: true, r1: seeds(0.3, 0.02) },
  ],
};

Deno.test("toMarkdown() writes aligned columns, ticks, deviations, and marks a clear best", () => {
  assert.equal(
    toMarkdown(table),
    `**Two rows & a pipe \\| here**

| row | ITC | i→t R@1 ↑ | i→t rank |
| :-- | :-: | --: | --: |
| A0, "none" |  | 20.0 ± 1.0 | 6 |
| A1 | ✓ | **30.0 ± 2.0** | – |

100 % made up_
`,
  );
});

Deno.test("toCsv() quotes, keeps full precision, and gives deviations a column of their own", () => {
  assert.equal(
    toCsv(table),
    'row,itc,r1,r1.std,rank\n"A0, ""none""",false,0.2,0.01,6\nA1,true,0.3,0.02,\n',
  );
});

Deno.test("toLatex() escapes and draws booktabs rules under the groups", () => {
  assert.equal(
    toLatex(table),
    `% needs \\usepackage{booktabs, amssymb, adjustbox}
\\begin{table}[t]
\\centering
\\caption{Two rows \\& a pipe | here}
\\begin{adjustbox}{max width=\\linewidth}
\\begin{tabular}{lcrr}
\\toprule
\\multicolumn{2}{c}{} & \\multicolumn{2}{c}{i$\\rightarrow$t} \\\\
\\cmidrule(lr){3-4}
row & ITC & R@1 $\\uparrow$ & rank \\\\
\\midrule
A0, "none" &  & 20.0 $\\pm$ 1.0 & 6 \\\\
A1 & \\checkmark & \\textbf{30.0 $\\pm$ 2.0} & -- \\\\
\\bottomrule
\\end{tabular}
\\end{adjustbox}
\\par\\smallskip{\\footnotesize 100 \\% made up\\_\\par}
\\end{table}
`,
  );
});

Deno.test("escapeLatex() escapes every special character once", () => {
  assert.equal(
    escapeLatex("50% of $x_1 & {y}^2 ~ #3 \\ a<b"),
    "50\\% of \\$x\\_1 \\& \\{y\\}\\textasciicircum{}2 \\textasciitilde{} \\#3 " +
      "\\textbackslash{} a$<$b",
  );
});

Deno.test("escapeLatex() writes the signs of differences as commands", () => {
  assert.equal(escapeLatex("Δ R@5 −0.4"), "$\\Delta$ R@5 $-$0.4");
});

Deno.test("toHtml() escapes texts and spans groups", () => {
  const html = toHtml(table);
  assert.match(html, /<caption>Two rows &amp; a pipe \| here<\/caption>/);
  assert.match(html, /<th colspan="2" style="text-align:center">i→t<\/th>/);
  assert.match(html, /A0, &quot;none&quot;/);
  assert.match(html, /<b>30\.0 ± 2\.0<\/b>/);
});

Deno.test("toJson() keeps the table's value", () => {
  assert.deepEqual(JSON.parse(toJson(table)), JSON.parse(JSON.stringify(table)));
});

Deno.test("toText() turns the table on its side", () => {
  assert.equal(
    toText({ ...table, note: "" }),
    `Two rows & a pipe | here

row        A0, "none"          A1
ITC                             ✓
i→t R@1 ↑  20.0 ± 1.0  30.0 ± 2.0
i→t rank            6           –
`,
  );
});

Deno.test("cellText() writes minus signs and no negative zero", () => {
  assert.equal(cellText(-2.394, { digits: 2 }), "−2.39");
  assert.equal(cellText(-0.001, { digits: 2 }), "0.00");
  assert.equal(cellText({ mean: 0.5, std: undefined, n: 1 }, { digits: 1, scale: 100 }), "50.0");
  assert.equal(cellText(undefined, "text"), "–");
});
