/** The pictures of a drawn set, in order: which products there are, their colours and their views. */
import { stream } from "../../runtime/mod.ts";
import { BASE_COLOURS, type ColourName, COLOURS, shadeOf } from "../colour.ts";
import { drawItem, type Item } from "./draw.ts";
import { coloursOf, designGarment, WARDROBE } from "./wardrobe.ts";
import type { Garment, Gender } from "./kind.ts";
import { captionsOf, titleOf } from "./wording.ts";

/** The part of a set that a product belongs to. */
type Split = "train" | "validation" | "test";

/** One picture with all that is known of it. */
export interface DrawnPicture {
  /** Unique in its set, e.g. "m0001-blue-1". */
  id: string;
  product: string;
  split: Split;
  title: string;
  captions: string[];
  attributes: Record<string, string | string[]>;
  /** The drawing, of no particular size; see {@link rasterise}. */
  svg: string;
}

/**
 * A kind's products in turn: of ten, seven for training, one for validation, two for the test.
 *
 * A kind begins at one of the STARTS, so that its first three products hold one for the test.
 */
const SPLITS_IN_TURN: readonly Split[] = [
  "train",
  "train",
  "test",
  "train",
  "validation",
  "train",
  "train",
  "test",
  "train",
  "train",
];

const STARTS = [0, 1, 1, 2, 2, 5, 6, 7];

/**
 * The first `count` pictures of a gender's set, made one after the other.
 *
 * A longer set begins with the pictures of a shorter one. Each round of products has every kind of
 * garment once; a product comes in one to three colours, each seen one to three times: another person,
 * pose, ground and scale, one in four from behind.
 */
export function* drawnPictures(gender: Gender, count: number, seed = 0): Generator<DrawnPicture> {
  const kinds = Object.keys(WARDROBE[gender]);
  for (let made = 0, at = 0; made < count; at++) {
    const round = Math.floor(at / kinds.length);
    const order = stream(seed, gender, "kinds", round).permutation(kinds.length);
    const kind = kinds[order[at % kinds.length]!]!;
    const turn = stream(seed, gender, "splits", kind).pick(STARTS) + round;
    const split = SPLITS_IN_TURN[turn % 10]!;
    for (const picture of product(gender, seed, at, kind, split)) {
      if (made++ < count) yield picture;
    }
  }
}

function* product(
  gender: Gender,
  seed: number,
  at: number,
  kind: string,
  split: Split,
): Generator<DrawnPicture> {
  const name = [gender, "product", at] as const, rng = stream(seed, ...name);
  const garment = designGarment(rng, gender, kind);
  const own = coloursOf(gender, kind) ?? [...BASE_COLOURS, ...BASE_COLOURS, ...COLOURS];
  const colours = new Set<ColourName>(), wanted = rng.pick([1, 2, 2, 3]);
  while (colours.size < wanted) colours.add(rng.pick(own));
  const id = `${gender[0]}${String(at + 1).padStart(5, "0")}`;
  for (const colour of colours) {
    const second = rng.pick(BASE_COLOURS.filter((other) => other !== colour));
    const shades = [shadeOf(colour, rng), shadeOf(second, rng)] as const;
    const item: Item = { gender, garment, colour, second, shades };
    const views = rng.pick([2, 2, 3]);
    for (let view = 1; view <= views; view++) {
      yield picture(item, { seed, name: [...name, colour], product: id, split, view });
    }
  }
}

interface Place {
  seed: number;
  name: readonly (string | number)[];
  product: string;
  split: Split;
  view: number;
}

function picture(item: Item, { seed, name, product, split, view }: Place): DrawnPicture {
  const { gender, garment, colour, second } = item, scene = [...name, "view", view];
  // The first view of a colour is from the front, so that everything can be told from it.
  const back = view > 1 && stream(seed, ...scene).uniform() < 0.4;
  const side = back ? "back" : "front";
  const { svg, seen } = drawItem(item, side, stream(seed, ...scene, "scene"), { seed, name });
  // Plain cloth shows no second colour.
  const other = garment.pattern === "solid" ? {} : { second_color: second };
  return {
    id: `${product}-${colour}-${view}`,
    product,
    split,
    title: titleOf(item),
    captions: captionsOf(item, seen, stream(seed, ...scene, "words")),
    attributes: { ...described(gender, garment), color: colour, ...other, ...seen },
    svg,
  };
}

/** A garment's attributes under the names of the photographs' metadata. */
function described(gender: Gender, g: Garment): Record<string, string | string[]> {
  return {
    gender: gender === "man" ? "men" : "women",
    category: g.kind,
    pattern: [g.pattern],
    material: g.materials,
    ...(g.sleeve ? { sleeve: g.sleeve } : {}),
    ...(g.neckline ? { neckline: g.neckline } : {}),
    length: g.length,
    fit: g.fit,
    style: g.style,
  };
}
