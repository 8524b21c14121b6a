/** What several parts of the page are made of. */
import { Marked } from "marked";
import { isPacked } from "../packed.ts";
import type { RunRecord } from "../record.ts";
import { escapeXml } from "../table.ts";
import type { Decorate } from "./table.ts";

/**
 * Of use where the page lies in its study's folder; the page itself does not need them. Beside packed
 * runs SVGs alone are kept.
 */
export function links(name: string, runs: readonly RunRecord[]): string {
  const link = (ending: string, text: string) =>
    `<a href="plots/${encodeURIComponent(name)}.${ending}">${text}</a>`;
  if (runs.some(({ folder }) => isPacked(folder))) {
    return `<span class="files">As ${link("svg", "SVG")}.</span>`;
  }
  return `<span class="files">As ${link("svg", "SVG")}, ${link("png", "PNG")}, ${
    link("html", "with values under the pointer")
  }.</span>`;
}

/** The colour of a row in all figures, before its name. */
export const swatch: Decorate = (key, cell, html) =>
  key === "row" && typeof cell === "string"
    ? `<span class="swatch" style="background:var(--row-${
      escapeXml(cell)
    },var(--ink))"></span>${html}`
    : html;

/** Text of the project's own as HTML; a data set's name in it may hold anything. */
export function markdown(text: string): string {
  const kept = text.replaceAll("<", "&lt;").replaceAll(/(\d) %/g, "$1\u00a0%");
  return MARKDOWN.parse(kept, { async: false });
}

/** Markdown whose links lead to the web or to files beside the page; others, such as scripts, go nowhere. */
const MARKDOWN = new Marked({
  walkTokens(token) {
    if (token.type !== "link" && token.type !== "image") return;
    if (!/^(https?:\/\/|#|[\w./-]*$)/.test(String(token.href))) token.href = "#";
  },
});
