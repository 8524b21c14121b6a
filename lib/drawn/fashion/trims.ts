/** Small parts that several garments share: seams, pockets, buttons, zips, cuffs. */
import { hex, type Rgb } from "../colour.ts";
import { curve, type Node, type Paint, plain, type Point, type Sketch } from "../sketch.ts";
import { drape } from "./fabric.ts";
import type { Fabric } from "./cloth.ts";

export const WHITE: Rgb = [244, 243, 240];

export const line = (
  s: Sketch,
  paint: Paint,
  points: readonly Point[],
  width: number,
  opacity = 1,
) => s.stroke(curve(points, false), paint.fill, width, opacity);

export function pocket(s: Sketch, f: Fabric, x: number, y: number, w = 3.8): void {
  const d = curve([[x - w, y, "corner"], [x + w, y, "corner"], [x + w, y + 8, "corner"], [
    x,
    y + 9.4,
    "corner",
  ], [x - w, y + 8, "corner"]]);
  s.area(d, f.pattern === "color-blocked" ? hex(f.second) : f.body.fill);
  s.stroke(d, f.trim.fill, 0.8);
}

export function button(s: Sketch, f: Fabric, x: number, y: number, radius = 1): void {
  const light = f.main[0] + f.main[1] + f.main[2] < 420;
  s.ellipse(x, y, radius, radius, plain(light ? [236, 232, 222] : [60, 52, 48]), 0);
}

export function zip(s: Sketch, f: Fabric, from: number, to: number): void {
  line(s, f.trim, [[0, from], [0, to]], 2.2);
  s.stroke(
    `M0 ${from}V${to}`,
    hex(f.pattern === "solid-highlight" ? f.second : [208, 208, 212]),
    0.9,
  );
}

export function cuff(
  s: Sketch,
  f: Fabric,
  from: readonly [Point, Point],
  to: readonly [Point, Point],
) {
  const corner = ([x, y]: Point): Node => [x, y, "corner"];
  drape(s, f, [corner(from[0]), corner(from[1]), corner(to[1]), corner(to[0])], {
    part: "band",
    box: [0, 0, 1, 1],
  });
}
