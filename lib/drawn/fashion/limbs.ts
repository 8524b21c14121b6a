/** Outlines of arms and legs along their joints. */
import type { Node, Point } from "../sketch.ts";
import { type Limb, type Measures, Y } from "./person.ts";

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
