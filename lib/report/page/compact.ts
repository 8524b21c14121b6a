/** Smaller HTML that looks the same: a study of many runs is to stay one page that can be mailed. */

/** Declarations of a style that say what holds anyway. */
const DEFAULTS = /(?:fill-opacity: 1|stroke-opacity: 1|vector-effect: none); ?/g;

/**
 * An SVG as Plotly writes it without what nobody sees: clip paths that nothing refers to, names of
 * classes, its own data, empty groups, and digits beyond a hundredth of a pixel.
 */
export function compactSvg(svg: string): string {
  const used = new Set([...svg.matchAll(/url\(['"]?#([^'")]+)/g)].map(([, id]) => id));
  let compact = svg
    .replace(
      /<clipPath[^>]*\bid="([^"]+)"[^>]*>.*?<\/clipPath>/gs,
      (all, id) => used.has(id) ? all : "",
    )
    // Inside tags alone: the text of a label keeps its digits.
    .replace(/<[^>]+>/g, (tag) =>
      tag
        .replace(/ (?:class|data-[a-z]+)="[^"]*"/g, "")
        .replace(/(?<![.\d])-?\d+\.\d{3,}(?:e-?\d+)?/g, (number) => String(round(Number(number))))
        .replace(DEFAULTS, "")
        .replace(/; (?=")/g, ""));
  // A group is empty once those in it are gone.
  for (let before = ""; before !== compact;) {
    before = compact;
    compact = compact.replace(/<g(?: [^>]*)?(?:\/>|><\/g>)/g, "");
  }
  return compact;
}

function round(value: number): number {
  return Math.round(100 * value) / 100 || 0; // no −0
}

/**
 * HTML whose styles that occur more than once are classes, and the rules of these.
 *
 * The rules outweigh those of a style sheet that name a class and elements, as the styles did.
 */
export function shareStyles(html: string): { html: string; rules: string } {
  const styled = /<[a-z][^<>]*? style="([^"]+)"[^<>]*>/g, counts = new Map<string, number>();
  for (const [, style] of html.matchAll(styled)) counts.set(style!, (counts.get(style!) ?? 0) + 1);
  const shared = [...counts].filter(([, count]) => count > 1).map(([style]) => style);
  const names = new Map(shared.map((style, i) => [style, `s${i.toString(36)}`]));
  const shorter = html.replace(styled, (tag, style) => {
    const name = names.get(style);
    if (name === undefined) return tag;
    const bare = tag.replace(` style="${style}"`, "");
    return / class="/.test(bare)
      ? bare.replace(/ class="([^"]*)"/, ` class="$1 ${name}"`)
      : bare.replace(/^<[a-z]+/i, `$& class="${name}"`);
  });
  const rules = [...names].map(([style, name]) => `:root .${name}{${style}}`).join("\n");
  return { html: shorter, rules };
}
