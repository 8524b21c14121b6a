/** Who is drawn and what they wear. */
import type { Rgb } from "./colour.ts";
import type { Pattern } from "./texture.ts";

/** Who wears what; colours are those of the garment. */
export interface Wearing {
  gender: "man" | "woman";
  kind: string;
  colours: readonly [Rgb, Rgb];
  pattern: Pattern;
  material: string;
  back: boolean;
}

/** The person's own colours and build, drawn once per picture. */
export interface Body {
  man: boolean;
  back: boolean;
  cx: number;
  skin: Rgb;
  hair: Rgb;
  /** The colour of whatever else is worn. */
  other: Rgb;
  /** A number around 0, at most `a` away. */
  jitter: (a: number) => number;
}
