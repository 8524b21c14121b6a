/**
 * The person inside the clothes: measures, pose, skin, head and hair.
 *
 * Figure coordinates: x from the middle to the viewer's right, y from the crown (0) to the soles
 * (about 197). Everything else in this folder draws in them.
 */
import type { Stream } from "../../../runtime/random.ts";
import { mix, type Rgb, shadeOf, tone } from "../colour.ts";
import { curve, type Node, plain, type Point, type Sketch } from "../sketch.ts";
import type { Gender } from "./wardrobe.ts";

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

/**
 * The outline of a limb from its start to `until` (0 start, 1 joint, 2 end), `widths` at each joint.
 *
 * Gives the left edge outwards and the right edge outwards, seen along the limb.
 */
export function limbEdges(
  limb: Limb,
  widths: readonly [number, number, number],
  until = 2,
): { left: Point[]; right: Point[] } {
  const lerp = (a: number, b: number, t: number) => a + (b - a) * t;
  const left: Point[] = [], right: Point[] = [];
  const steps = [0, 0.35, 0.7, 1, 1.3, 1.65, 2].filter((t) => t < until - 0.12);
  for (const t of [...steps, until]) {
    const i = t <= 1 ? 0 : 1, u = t - i;
    const [a, b] = [limb[i] as Point, limb[i + 1] as Point];
    // Around the joint the direction turns smoothly.
    const turn = Math.max(0, Math.min(1, (t - 0.65) / 0.7));
    const [p, q, r] = limb;
    const dx = lerp(q[0] - p[0], r[0] - q[0], turn), dy = lerp(q[1] - p[1], r[1] - q[1], turn);
    const long = Math.hypot(dx, dy) || 1, w = lerp(widths[i]!, widths[i + 1]!, u);
    const x = lerp(a[0], b[0], u), y = lerp(a[1], b[1], u);
    left.push([x + dy / long * w, y - dx / long * w]);
    right.push([x - dy / long * w, y + dx / long * w]);
  }
  return { left, right };
}

/** Both edges as one closed outline with sharp ends. */
export function limbOutline(edges: { left: readonly Point[]; right: readonly Point[] }): Node[] {
  const corner = (points: readonly Point[]): Node[] =>
    points.map(([x, y], i) => i === 0 || i === points.length - 1 ? [x, y, "corner"] : [x, y]);
  return [...corner(edges.left), ...corner(edges.right).reverse()];
}

/**
 * A leg's edges with half widths at thigh, knee, calf and ankle, from hip to height `until`.
 *
 * `inner` narrows the side towards the other leg, so that daylight shows between wide ones.
 */
export function legOutline(leg: Limb, w: Measures["leg"], until: number, inner = 1) {
  const rows: [number, number][] = [
    [Y.crotch - 6, w[0]],
    [Y.crotch + 10, w[0] * 0.96],
    [Y.knee, w[1]],
    [Y.knee + 16, w[2]],
    [Y.ankle, w[3]],
  ];
  const width = (y: number): number => {
    for (let i = 1; i < rows.length; i++) {
      const [y0, w0] = rows[i - 1]!, [y1, w1] = rows[i]!;
      if (y <= y1) return w0 + (w1 - w0) * Math.max(0, (y - y0) / (y1 - y0));
    }
    return w[3];
  };
  const levels = rows.map(([y]) => y).filter((y) => y < until - 2);
  const side = (d: number) => {
    const factor = d * leg[0][0] < 0 ? inner : 1;
    return [...levels, until].map((y): Point => [legAxis(leg, y) + d * factor * width(y), y]);
  };
  return { left: side(-1), right: side(1) };
}

/** Where the middle of a leg lies at a height. */
export function legAxis([hip, knee, ankle]: Limb, y: number): number {
  const [a, b] = y < knee[1] ? [hip, knee] : [knee, ankle];
  return a[0] + (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]);
}

const OUTLINE = 0.5;

/** Fills an outline with skin and gives it a soft edge. */
function flesh(s: Sketch, p: Person, nodes: readonly Node[]): void {
  const d = curve(nodes);
  s.area(d, plain(p.skin).fill);
  s.stroke(d, plain(tone(p.skin, 0.7)).fill, OUTLINE, 0.8);
}

/** One bare arm with its hand, as far as the pose shows it. */
export function drawArm(s: Sketch, p: Person, side: 0 | 1): void {
  const arm = p.pose.arms[side], [, elbow, wrist] = arm;
  if (p.pose.hands[side]) {
    const d = Math.hypot(wrist[0] - elbow[0], wrist[1] - elbow[1]);
    const [ux, uy] = [(wrist[0] - elbow[0]) / d, (wrist[1] - elbow[1]) / d];
    const w = p.m.arm[2], reach = p.man ? 8.4 : 7.4;
    const at = (along: number, aside: number): Point => [
      wrist[0] + ux * along - uy * aside,
      wrist[1] + uy * along + ux * aside,
    ];
    flesh(s, p, [
      at(-2, -w),
      at(2.4, -w * 1.35),
      at(reach, -w * 0.8),
      at(reach, w * 0.8),
      at(
        2.4,
        w * 1.35,
      ),
      at(-2, w),
    ]);
  }
  flesh(s, p, limbOutline(limbEdges(arm, p.m.arm)));
}

/** Trunk, neck and legs in skin; the clothes come over them. */
export function drawTrunk(s: Sketch, p: Person): void {
  const { m } = p,
    half: Node[] = [
      [m.neck, Y.pit - 6],
      [m.neck + 1.2, Y.pit],
      [m.shoulder - 3, Y.shoulder],
      [m.shoulder - 0.6, Y.shoulder + 5],
      [m.chest, Y.armpit],
      [m.waist, Y.waist],
      [m.hip, Y.hip],
      [m.hip * 0.98, Y.crotch],
    ];
  const side = (d: number) => half.map(([x, y]): Node => [middle(p, y) + d * x, y]);
  flesh(s, p, [...side(1), ...side(-1).reverse()]);
}

/** Legs in skin with shoes. */
export function drawLegs(s: Sketch, p: Person): void {
  for (const leg of legOrder(p)) {
    flesh(s, p, limbOutline(legOutline(leg, p.m.leg, Y.ankle + 3)));
  }
}

/** Legs in the order in which they are drawn: the crossing one last. */
export function legOrder({ pose }: Person): readonly Limb[] {
  const [a, b] = pose.legs;
  return Math.abs(a[2][1]) > Math.abs(b[2][1]) ? [b, a] : [a, b];
}

/** Shoes at the ends of the legs. */
export function drawShoes(s: Sketch, p: Person): void {
  const paint = plain(p.shoe), sole = plain(mix(p.shoe, [255, 255, 255], 0.6));
  for (const leg of legOrder(p)) {
    const [x, y] = leg[2], out = p.back ? 0 : Math.sign(x || 1) * 2.2, w = p.man ? 5 : 4;
    const d = curve([
      [x - w * 0.8, y - 1, "corner"],
      [x + w * 0.8, y - 1, "corner"],
      [x + w * 1.1 + Math.max(0, out), y + 6],
      [x + w + out, y + 9.5, "corner"],
      [x - w + out, y + 9.5, "corner"],
      [x - w * 1.1 + Math.min(0, out), y + 6],
    ]);
    s.area(d, paint.fill);
    s.stroke(d, paint.edge, 0.6);
    s.stroke(curve([[x - w + out, y + 9.2], [x + w + out, y + 9.2]], false), sole.fill, 1.3);
  }
}

/** Hair that hangs behind the shoulders of a person seen from the front. */
export function drawHairBehind(s: Sketch, p: Person): void {
  if (p.back || p.hairStyle !== "long") return;
  s.smooth(
    [[-9, 8], [0, 1], [9, 8], [11.5, 34], [9, 47], [0, 45], [-9, 47], [-11.5, 34]],
    plain(p.hair),
    0.4,
  );
}

/** The height of the middle of the head. */
const HEAD = 14.6;

const headSize = ({ man }: Person): Point => man ? [8.2, 11.6] : [7.4, 10.9];

/** Neck, head, face and, from the front, hair. */
export function drawHead(s: Sketch, p: Person): void {
  const { man, back } = p, hair = plain(p.hair), shade = tone(p.skin, 0.8);
  const [rx, ry] = headSize(p), cy = HEAD;
  const n = p.m.neck;
  s.area(
    curve([[-n, 20, "corner"], [n, 20, "corner"], [n, 32], [n + 1, Y.pit, "corner"], [
      -n - 1,
      Y.pit,
      "corner",
    ], [-n, 32]]),
    plain(tone(p.skin, 0.9)).fill,
  );
  for (const d of [-1, 1]) s.ellipse(d * rx, cy + 0.6, 1.5, 2.6, plain(shade), 0.3);
  s.smooth(
    [
      [0, cy - ry],
      [rx * 0.8, cy - ry * 0.66],
      [rx, cy],
      [rx * 0.72, cy + ry * 0.66],
      [
        rx * 0.3,
        cy + ry,
      ],
      [-rx * 0.3, cy + ry],
      [-rx * 0.72, cy + ry * 0.66],
      [-rx, cy],
      [-rx * 0.8, cy - ry * 0.66],
    ],
    plain(p.skin),
    0.45,
  );
  if (back) return;
  const style = p.hairStyle, low = man ? cy - 1.5 : cy + 1;
  if (style !== "bald") {
    const fringe = style === "cropped" ? cy - ry * 0.62 : cy - ry * 0.4;
    const top = cy - ry - (style === "cropped" ? 0.6 : 1.8);
    s.smooth(
      [
        [-rx - 0.5, low],
        [-rx - 0.6, cy - ry * 0.5],
        [-rx * 0.55, top + 0.8],
        [0, top],
        [rx * 0.6, top + 0.8],
        [rx + 0.6, cy - ry * 0.5],
        [rx + 0.5, low],
        [rx * 0.78, fringe + 1],
        [style === "side" ? rx * 0.5 : 0, fringe - 1.2],
        [-rx * 0.78, fringe + 1],
      ],
      hair,
      0,
    );
  }
  if (style === "bob" || style === "long") {
    for (const d of [-1, 1]) {
      s.smooth(
        [[d * rx * 0.7, cy - 6], [d * (rx + 1.6), cy - 3], [d * (rx + 2.2), cy + 10], [
          d * rx * 0.86,
          cy + 11,
        ], [d * rx * 0.9, cy]],
        hair,
        0,
      );
    }
  }
  if (style === "bun") s.ellipse(0, cy - ry - 2.6, 4, 3.4, hair, 0.3);
  const ink = plain(tone(p.skin, 0.34));
  for (const d of [-1, 1]) {
    s.ellipse(d * 3.1, cy + 0.4, 1.05, 0.85, plain([40, 30, 28]), 0);
    s.stroke(
      curve([[d * 1.7, cy - 2.2], [d * 3.2, cy - 2.9], [d * 4.7, cy - 2.2]], false),
      ink.fill,
      man ? 0.95 : 0.7,
    );
  }
  s.stroke(
    curve([[0.2, cy + 0.6], [0.9, cy + 3.6], [-0.6, cy + 3.9]], false),
    plain(shade).fill,
    0.7,
  );
  if (p.beard) {
    s.smooth(
      [
        [-rx * 0.86, cy + 3],
        [-3, cy + 5],
        [3, cy + 5],
        [rx * 0.86, cy + 3],
        [
          rx * 0.6,
          cy + ry * 0.8,
        ],
        [0, cy + ry + 1],
        [-rx * 0.6, cy + ry * 0.8],
      ],
      hair,
      0,
    );
  }
  s.stroke(
    curve([[-2.3, cy + 6.6], [0, cy + 7.2], [2.3, cy + 6.6]], false),
    plain(mix(p.skin, [150, 40, 44], man ? 0.4 : 0.65)).fill,
    1.1,
  );
}

/** The hair of a person seen from behind, over collars. */
export function drawHairFromBehind(s: Sketch, p: Person): void {
  const [rx, ry] = headSize(p), cy = HEAD;
  const hair = plain(p.hair), style = p.hairStyle;
  if (style === "bald") return;
  s.smooth(
    [
      [-rx - 0.6, cy + 1],
      [-rx * 0.8, cy - ry * 0.7],
      [0, cy - ry - 1.4],
      [rx * 0.8, cy - ry * 0.7],
      [
        rx + 0.6,
        cy + 1,
      ],
      [rx * 0.7, cy + ry * 0.62],
      [0, cy + ry * 0.75],
      [-rx * 0.7, cy + ry * 0.62],
    ],
    hair,
    0.3,
  );
  const strand = plain(tone(p.hair, 0.75));
  if (style === "tail") {
    s.smooth([[-2.4, 12], [2.4, 12], [3.6, 32], [0.5, 50], [-3.2, 34]], hair, 0.5);
    s.stroke(curve([[-2.4, 14], [2.4, 14]], false), strand.fill, 1.6);
  } else if (style === "bun") s.ellipse(0, 6, 5, 4.4, hair, 0.5);
  else if (style === "long") {
    s.smooth([[-rx - 0.8, 10], [rx + 0.8, 10], [10, 34], [7, 50], [-7, 50], [-10, 34]], hair, 0.4);
    s.stroke(curve([[-3, 16], [-4, 46]], false), strand.fill, 0.8, 0.6);
    s.stroke(curve([[4, 14], [4.4, 46]], false), strand.fill, 0.8, 0.6);
  } else if (style === "bob") {
    s.smooth([[-rx - 0.6, 10], [rx + 0.6, 10], [rx + 2, 28], [-rx - 2, 28]], hair, 0.4);
  }
}
