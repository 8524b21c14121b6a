/** The one font of every picture with text, and how wide its text is. */
import { join } from "@std/path";
import { fileURLToPath } from "node:url";
import { writeAtomic } from "../runtime/mod.ts";

/** Arimo has Arial's widths, so that an SVG looks the same with the fonts of a reader's machine. */
export const FONT_FAMILY = "Arial, Arimo, Liberation Sans, Helvetica, sans-serif";

// Advance widths of U+0020 … U+007E in 1/1000 em; Arial, Arimo and Liberation Sans share them.
// deno-fmt-ignore
const ADVANCE = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
  556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
  611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
  667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
  222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];
const WIDE: Record<string, number> = { "→": 1000, "−": 584, "±": 549, "×": 584, "…": 1000 };

/** Width in px of a line of text at a font size in px. */
export function textWidth(text: string, size: number): number {
  let width = 0;
  for (const character of text) {
    width += ADVANCE[character.codePointAt(0)! - 32] ?? WIDE[character] ?? 556;
  }
  return width * size / 1000;
}

/** Breaks text at spaces into at most `lines` lines of `width` px; what does not fit ends in "…". */
export function wrapText(text: string, size: number, width: number, lines: number): string[] {
  const wrapped: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = wrapped.length === 0 ? word : `${wrapped.at(-1)} ${word}`;
    if (wrapped.length > 0 && textWidth(longer, size) <= width) {
      wrapped[wrapped.length - 1] = longer;
    } else wrapped.push(word);
  }
  const shown = wrapped.slice(0, lines);
  return shown.map((line, i) => {
    const cut = i === lines - 1 && wrapped.length > lines;
    if (!cut && textWidth(line, size) <= width) return line;
    let kept = line;
    while (kept !== "" && textWidth(`${kept}…`, size) > width) kept = kept.slice(0, -1);
    return `${kept.trimEnd()}…`;
  });
}

let prepared: Promise<void> | undefined;

/**
 * Makes sharp draw text with the packaged Arimo, on machines without any font as well.
 *
 * To be awaited before an SVG with text goes to sharp: fontconfig reads its setting once, with the
 * first text. A user's own FONTCONFIG_FILE is respected. Where the setting cannot be written, text
 * falls back to the machine's fonts.
 */
export function useBundledFonts(): Promise<void> {
  return prepared ??= prepare().catch((error) => {
    console.error(
      `fonts: the packaged font cannot be used (${(error as Error).message}); ` +
        "PNG pictures take the machine's fonts and have no text where there are none",
    );
  });
}

async function prepare(): Promise<void> {
  if (Deno.env.get("FONTCONFIG_FILE") !== undefined) return;
  const font = (path: string) =>
    fileURLToPath(new URL(".", import.meta.resolve(`@expo-google-fonts/arimo/${path}`)));
  const folder = fileURLToPath(new URL("../../.cache/fonts/", import.meta.url));
  const configuration = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${font("400Regular/Arimo_400Regular.ttf")}</dir>
  <dir>${font("700Bold/Arimo_700Bold.ttf")}</dir>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <match target="pattern">
    <edit name="family" mode="prepend" binding="strong"><string>Arimo</string></edit>
  </match>
  <cachedir>${join(folder, "cache")}</cachedir>
</fontconfig>
`;
  const path = join(folder, "fonts.conf");
  await writeAtomic(path, configuration);
  Deno.env.set("FONTCONFIG_FILE", path);
}
