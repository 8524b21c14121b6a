/** From where a model is looked at, and on what ground. */
import { stream } from "../../runtime/mod.ts";
import type { Model } from "./catalogue.ts";

/** One view of a model. */
export interface Angle {
  /** Degrees to the right of its front. */
  readonly azimuth: number;
  /** Degrees above the floor. */
  readonly elevation: number;
  /** Red, green and blue from 0 to 1. */
  readonly ground: readonly [number, number, number];
}

/** Directions a shop shows a thing from, before each is turned a little; its back is none of them. */
const ROUND = [[28, 20], [-38, 26], [62, 17], [-6, 33], [-66, 20], [12, 16], [44, 36], [-20, 18]];

/** Light grounds: white, cool, warm, and paper. */
const GROUNDS = [[0.97, 0.97, 0.97], [0.9, 0.925, 0.945], [0.94, 0.92, 0.89], [0.985, 0.975, 0.95]];

/**
 * The first `count` views of a model, a function of its catalogue and number alone.
 *
 * What hangs on a wall or is as thin as a door is seen from the front, what lies flat from above.
 */
export function anglesOf(
  model: Pick<Model, "catalogue" | "index" | "size">,
  count: number,
): Angle[] {
  const [width, height, depth] = model.size;
  const flat = height < 0.12 * Math.max(width, depth), thin = depth < 0.3 * Math.max(width, height);
  const s = stream(1, "angles", model.catalogue, model.index), first = s.int(GROUNDS.length);
  return ROUND.map(([azimuth, elevation], i) => {
    const turned = azimuth! * (thin && !flat ? 0.7 : 1) + 12 * (s.uniform() - 0.5);
    const raised = elevation! + (flat ? 28 : 0) + 6 * (s.uniform() - 0.5);
    const [r, g, b] = GROUNDS[(first + i) % GROUNDS.length]!, lighter = 1 - 0.04 * s.uniform();
    return {
      azimuth: Math.round(turned),
      elevation: Math.round(Math.max(15, raised)),
      ground: [r! * lighter, g! * lighter, b! * lighter] as const,
    };
  }).slice(0, count);
}
