/**
 * The person inside the clothes: measures, build and pose.
 *
 * Figure coordinates: x from the middle to the viewer's right, y from the crown (0) to the soles
 * (about 197). Everything else in this folder draws in them.
 */
import type { Stream } from "../../runtime/mod.ts";
import { type Rgb, shadeOf, tone } from "../colour.ts";
import type { Point } from "../sketch.ts";
import type { Gender } from "./kind.ts";

/** Heights of the figure's landmarks. */
export const Y = {
  chin: 26,
  pit: 35,
  shoulder: 39.5,
  armpit: 56,
  waist: 80,
  hip: 98,
  crotch: 106,
  knee: 150,
  ankle: 189,
} as const;

/** Builds; men's and women's differ in more than width. */
export const BUILDS = ["slim", "average", "heavy"] as const;

/** Half widths of the body at its landmarks, and of its limbs. */
export interface Measures {
  neck: number;
  shoulder: number;
  chest: number;
  waist: number;
  hip: number;
  /** Shoulder, elbow, wrist. */
  arm: readonly [number, number, number];
  /** Thigh, knee, calf, ankle. */
  leg: readonly [number, number, number, number];
}

/** A joint chain from the trunk outwards: shoulder, elbow, wrist or hip, knee, ankle. */
export type Limb = readonly [Point, Point, Point];

/** How a person stands; index 0 is the limb on the viewer's left. */
export interface Pose {
  name: string;
  arms: readonly [Limb, Limb];
  /** A hand in a pocket or behind the back is not drawn. */
  hands: readonly [boolean, boolean];
  /** Arms behind the back are drawn first. */
  behind: boolean;
  legs: readonly [Limb, Limb];
  /** How far the hips are pushed to the side. */
  sway: number;
}

/** A person, the same in every picture in which it appears. */
export interface Person {
  man: boolean;
  back: boolean;
  skin: Rgb;
  hair: Rgb;
  hairStyle: string;
  beard: boolean;
  build: typeof BUILDS[number];
  m: Measures;
  pose: Pose;
  /** Colours of what else is worn. */
  other: Rgb;
  shoe: Rgb;
}

const SKIN: Rgb[] = [
  [92, 60, 44],
  [124, 84, 62],
  [160, 114, 88],
  [196, 148, 120],
  [224, 182, 154],
  [238, 204, 182],
];

const HAIR: Rgb[] = [[25, 20, 18], [52, 36, 26], [92, 60, 36], [150, 110, 62], [205, 168, 104]];

const MEASURES: Record<Gender, Measures> = {
  man: {
    neck: 5.4,
    shoulder: 22,
    chest: 17.6,
    waist: 15,
    hip: 15.4,
    arm: [4.6, 3.7, 2.7],
    leg: [8, 5.6, 5.7, 3.3],
  },
  woman: {
    neck: 4.1,
    shoulder: 17.4,
    chest: 13.6,
    waist: 10.8,
    hip: 15.6,
    arm: [3.5, 2.9, 2.1],
    leg: [7.9, 4.9, 4.9, 2.6],
  },
};

function measures(gender: Gender, build: Person["build"], rng: Stream): Measures {
  const m = MEASURES[gender], own = 1 + 0.03 * (2 * rng.uniform() - 1);
  const all = own * { slim: 0.92, average: 1, heavy: 1.1 }[build];
  // Men put weight on around the waist, women around the hips.
  const waist = all * (build === "heavy" ? (gender === "man" ? 1.14 : 1.1) : 1);
  const hip = all * (build === "heavy" && gender === "woman" ? 1.06 : 1);
  return {
    neck: m.neck * own,
    shoulder: m.shoulder * (own + all) / 2,
    chest: m.chest * all,
    waist: m.waist * waist,
    hip: m.hip * hip,
    arm: m.arm.map((w) => w * all) as unknown as Measures["arm"],
    leg: m.leg.map((w) => w * all) as unknown as Measures["leg"],
  };
}

/** The poses of each set. */
export const POSES: Record<Gender, readonly string[]> = {
  man: ["standing", "wide stance", "hands in pockets", "one hand in a pocket", "hands on hips"],
  woman: ["contrapposto", "hand on hip", "walking", "hands behind the back", "hands on hips"],
};

function takePose(name: string, m: Measures, man: boolean, rng: Stream): Pose {
  const jitter = (a: number) => (2 * rng.uniform() - 1) * a;
  const arm = (s: number, how: string): Limb => {
    const shoulder: Point = [s * (m.shoulder - m.arm[0] + 0.6), 42.5];
    const w = m.shoulder, j = () => jitter(1.2);
    if (how === "hip") {
      return [shoulder, [s * (w + 14 + j()), 70 + j()], [s * (m.waist + 2.6), 84 + j()]];
    }
    if (how === "pocket") {
      return [shoulder, [s * (w + 8 + j()), 71 + j()], [s * (m.hip + 2.4), 95 + j()]];
    }
    if (how === "behind") return [shoulder, [s * (w + 4 + j()), 72 + j()], [s * 7, 92 + j()]];
    return [shoulder, [s * (w + 2.6 + j()), 72 + j()], [s * (w + 3.6 + j()), 100 + j()]];
  };
  const sway = name === "contrapposto" || name === "hand on hip" || name === "walking"
    ? (rng.uniform() < 0.5 ? -1 : 1) * (2 + rng.uniform())
    : 0;
  const apart = (name === "wide stance" ? 15 : man ? 11 : 9) + jitter(1.2);
  const leg = (s: number): Limb => {
    const hip: Point = [s * m.hip * 0.5 + sway, Y.crotch - 6];
    if (name === "walking") {
      // The leg on the swayed side carries the weight, the other crosses before it.
      return s * sway > 0
        ? [hip, [s * 6 + sway, Y.knee], [s * 3.4, Y.ankle]]
        : [hip, [s * 3 + sway * 0.4, Y.knee - 1], [-s * 1.5, Y.ankle + 2]];
    }
    if (sway !== 0 && s * sway < 0) {
      return [hip, [s * (apart + 1), Y.knee - 2], [s * (apart + 3), Y.ankle + 1]];
    }
    return [hip, [s * (apart * 0.5 + m.hip * 0.3) + sway * 0.6, Y.knee], [
      s * apart,
      Y.ankle,
    ]];
  };
  const how = (s: number): string =>
    ({
      "hands in pockets": "pocket",
      "one hand in a pocket": s < 0 ? "pocket" : "hanging",
      "hands on hips": "hip",
      "hand on hip": s < 0 ? "hip" : "hanging",
      "hands behind the back": "behind",
    })[name] ?? "hanging";
  const seen = (s: number) => how(s) === "hanging" || how(s) === "hip";
  return {
    name,
    arms: [arm(-1, how(-1)), arm(1, how(1))],
    hands: [seen(-1), seen(1)],
    behind: how(1) === "behind",
    legs: [leg(-1), leg(1)],
    sway,
  };
}

/** A person of a set; pose and build are drawn from those of the set. */
export function person(rng: Stream, gender: Gender, back: boolean): Person {
  const skin = rng.pick(SKIN), man = gender === "man";
  const build = rng.pick(["average", "average", ...BUILDS] as const);
  const m = measures(gender, build, rng);
  const name = rng.pick(POSES[gender]);
  return {
    man,
    back,
    skin: tone(skin, 0.94 + 0.12 * rng.uniform()),
    hair: rng.pick(skin[0] < 130 ? HAIR.slice(0, 2) : HAIR),
    hairStyle: rng.pick(
      man ? ["short", "short", "cropped", "side", "bald"] : ["long", "long", "bob", "bun", "tail"],
    ),
    beard: man && rng.uniform() < 0.3,
    build,
    m,
    // From behind, hands clasped there would hide the garment.
    pose: takePose(back && name === "hands behind the back" ? "contrapposto" : name, m, man, rng),
    other: shadeOf(rng.pick(["black", "gray", "beige", "white", "navy"] as const), rng),
    shoe: shadeOf(rng.pick(["black", "white", "gray", "brown", "black"] as const), rng),
  };
}

/** Where the middle of the trunk lies at a height. */
export function middle(p: Person, y: number): number {
  const t = Math.max(0, Math.min(1, (y - Y.armpit) / (Y.hip - Y.armpit)));
  return p.pose.sway * t;
}
