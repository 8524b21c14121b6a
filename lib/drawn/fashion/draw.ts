/** One picture of a garment on a person, from attributes to SVG. */
import sharp, { type Sharp } from "sharp";
import type { Stream } from "../../runtime/mod.ts";
import type { ColourName, Rgb } from "../colour.ts";
import { Sketch } from "../sketch.ts";
import { drawBottoms } from "./bottoms.ts";
import { fabricOf } from "./fabric.ts";
import { type Ground, GROUNDS, groundSvg } from "./ground.ts";
import { person } from "./person.ts";
import { drawTop } from "./tops.ts";
import type { Garment, Gender } from "./kind.ts";

/** A garment in its colours. */
export interface Item {
  gender: Gender;
  garment: Garment;
  colour: ColourName;
  second: ColourName;
  shades: readonly [Rgb, Rgb];
}

/** What a picture shows beside the garment. */
export interface Seen {
  view: "front" | "back";
  pose: string;
  build: string;
  ground: Ground;
}

/** The figure's window: left edge is −side/2. */
interface Window {
  top: number;
  side: number;
}

const WHOLE: Record<string, number> = { mini: 150, "knee-length": 176, midi: 202, maxi: 204 };

/** As shops crop: to the hips for tops, from the waist for bottoms, the whole figure else. */
function windowOf(g: Garment): Window {
  if (g.zone === "lower") return { top: 68, side: 136 };
  if (g.zone === "upper") return { top: -5, side: 122 };
  const bottom = g.kind === "coat" ? 184 : WHOLE[g.length] ?? 204;
  return { top: -6, side: bottom + 6 };
}

/**
 * Draws an item: SVG of 100 × 100 units, with what else it shows.
 *
 * `scene` gives person, pose, ground and framing; `cloth` names the stream of the cloth's
 * irregularities, the same for every view of one item.
 */
export function drawItem(
  item: Item,
  view: "front" | "back",
  scene: Stream,
  cloth: { seed: number; name: readonly (string | number)[] },
): { svg: string; seen: Seen } {
  const { garment, gender } = item;
  const fabric = fabricOf(garment, ...item.shades, cloth.seed, cloth.name);
  const who = person(scene, gender, view === "back");
  const ground = scene.pick(GROUNDS);
  const behind = groundSvg(ground, scene);
  const sketch = new Sketch();
  if (garment.zone === "lower") drawBottoms(sketch, who, fabric, garment);
  else drawTop(sketch, who, fabric, garment);
  const { top, side } = windowOf(garment), zoom = 100 / side * (0.93 + 0.11 * scene.uniform());
  const shift = (a: number) => a * (2 * scene.uniform() - 1), flip = scene.uniform() < 0.5 ? -1 : 1;
  // Tops are cut off by the lower edge, so they may only move upwards to it, not away from it.
  const hold = garment.zone === "upper" ? top + side : top + side / 2;
  const y = garment.zone === "upper" ? 100 + Math.abs(shift(2)) : 50 + shift(1.5);
  const group = sketch.placed(
    `translate(${(50 + shift(4)).toFixed(1)} ${y.toFixed(1)}) rotate(${shift(1.6).toFixed(1)}) ` +
      `scale(${(flip * zoom).toFixed(4)} ${zoom.toFixed(4)}) translate(0 ${(-hold).toFixed(1)})`,
  );
  return {
    svg: sketch.svg(group, behind, 100),
    seen: { view, pose: who.pose.name, build: who.build, ground },
  };
}

/** Draws SVG of 100 × 100 units at a size: uint8 RGB [size, size, 3], row by row. */
export async function rasterise(svg: string, size: number): Promise<Uint8Array> {
  return await picture(svg, size).raw().toBuffer();
}

/** The same as a PNG file. */
export async function toPng(svg: string, size: number): Promise<Uint8Array> {
  return await picture(svg, size).png({ compressionLevel: 4 }).toBuffer();
}

function picture(svg: string, size: number): Sharp {
  const sized = svg.replace('width="100" height="100"', `width="${size}" height="${size}"`);
  return sharp(new TextEncoder().encode(sized)).flatten({ background: "#fff" })
    .toColourspace("srgb");
}
