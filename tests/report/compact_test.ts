import assert from "node:assert/strict";
import { compactSvg, shareStyles } from "unidiff/report/page/compact.ts";

Deno.test("compactSvg() drops what nobody sees, and no digit of a label", () => {
  const svg = '<svg class="main-svg"><defs><clipPath id="a" class="c"><rect x="0"/></clipPath>' +
    '<clipPath id="b"><rect x="1"/></clipPath></defs><g class="x"><g class="y"></g><g/></g>' +
    '<g clip-path="url(#b)"><path d="M1.23456,-0.0001L2e-7,10" style="fill: none; fill-opacity: 1; ' +
    'stroke-opacity: 0.125; "/></g><text data-math="N" data-unformatted="0.05123">0.05123</text></svg>';
  assert.equal(
    compactSvg(svg),
    '<svg><defs><clipPath id="b"><rect x="1"/></clipPath></defs>' +
      '<g clip-path="url(#b)"><path d="M1.23,0L2e-7,10" style="fill: none; stroke-opacity: 0.13"/></g>' +
      "<text>0.05123</text></svg>",
  );
});

Deno.test("shareStyles() makes classes of styles that occur twice, beside classes that are there", () => {
  const { html, rules } = shareStyles(
    '<p style="a: 1">style="a: 1"</p><i class="k" style="a: 1">x</i><b id="i" style="b: 2">y</b>',
  );
  assert.equal(
    html,
    '<p class="s0">style="a: 1"</p><i class="k s0">x</i><b id="i" style="b: 2">y</b>',
  );
  assert.equal(rules, ":root .s0{a: 1}");
});
