/** The body in skin: arms, trunk, legs, and shoes. */
import { mix, tone } from "../colour.ts";
import { curve, type Node, plain, type Point, type Sketch } from "../sketch.ts";
import { legOutline, limbEdges, limbOutline } from "./limbs.ts";
import { type Limb, middle, type Person, Y } from "./person.ts";

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
