/** Every kind of product that can be drawn. */
import type { Thing } from "../thing.ts";
import { APPLIANCES } from "./appliances.ts";
import { BATHROOM } from "./bathroom.ts";
import { ELECTRONICS } from "./electronics.ts";
import { KITCHEN } from "./kitchen.ts";
import { LIGHTS } from "./lights.ts";
import { OUTDOORS } from "./outdoors.ts";
import { PLANTS } from "./plants.ts";
import { PLAY } from "./play.ts";
import { ROOMS } from "./rooms.ts";
import { SEATS } from "./seats.ts";
import { VEHICLES } from "./vehicles.ts";
import { WEAR } from "./wear.ts";

/** Kinds of product by their short name. */
export const PRODUCTS: Readonly<Record<string, Thing>> = {
  ...SEATS,
  ...ROOMS,
  ...LIGHTS,
  ...APPLIANCES,
  ...KITCHEN,
  ...PLANTS,
  ...BATHROOM,
  ...WEAR,
  ...PLAY,
  ...ELECTRONICS,
  ...OUTDOORS,
  ...VEHICLES,
};
