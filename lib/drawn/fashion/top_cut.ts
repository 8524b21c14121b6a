/** The cut of what is worn above: the lines that collars, fasteners and prints follow. */
import type { Node, Point } from "../sketch.ts";

/** Where the parts of a top lie, for its details. */
export interface TopCut {
  /** From the left of the neck over its lowest point to the right. */
  neckline: readonly Node[];
  /** Half width at the neck and the depth of the opening. */
  neck: number;
  depth: number;
  /** Half widths at chest, waist and hem, and the height of the hem. */
  chest: number;
  waist: number;
  hemWidth: number;
  hem: number;
  /** The ends of the sleeves: both edges at the cuff and a little above. */
  cuffs: { from: readonly [Point, Point]; to: readonly [Point, Point] }[];
}
