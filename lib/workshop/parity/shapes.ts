import { z } from "zod";
import { clipSpecs, type ParamSpecs, sd15, unetSpecs, vaeSpecs } from "../../model/mod.ts";
import type { Comparison } from "./compare.ts";
import type { Reference } from "./reference.ts";

const list = z.record(z.string(), z.array(z.number().int().nonnegative()));

/** Whether a JSON file lists tensors' shapes by name. */
export function isShapeList(json: unknown): boolean {
  return list.safeParse(json).success;
}

/** Names and shapes of the published models against those of the preset sd15, tensor by tensor. */
export function checkShapes(reference: Reference): Comparison[] {
  return Object.entries(reference.others).flatMap(([file, json]) => {
    const published = list.parse(json), [what, specs] = networkOf(file, published);
    const names = new Set([...Object.keys(specs), ...Object.keys(published)]);
    return [...names].filter((name) => !name.endsWith("position_ids")).map((name): Comparison => {
      const expected = published[name]?.join(", "), found = specs[name]?.shape.join(", ");
      const passed = expected === found;
      const say = (shape: string | undefined) => shape === undefined ? "nothing" : `[${shape}]`;
      return {
        tensor: `${file}: ${name}`,
        error: passed ? 0 : Infinity,
        tolerance: 0,
        passed,
        ...(passed ? {} : { note: `${what} has ${say(found)}, the list has ${say(expected)}` }),
      };
    });
  });
}

/** The network of the preset that a list speaks of, by a name that only this network has. */
function networkOf(file: string, published: Record<string, unknown>): [string, ParamSpecs] {
  if ("logit_scale" in published) return ["CLIP ViT-L/14", clipSpecs(sd15.clip)];
  if ("time_embedding.linear_1.weight" in published) return ["the UNet", unetSpecs(sd15.unet)];
  if ("encoder.conv_in.weight" in published) return ["the autoencoder", vaeSpecs(sd15.vae)];
  throw new Error(`${file}.json lists tensors of no network that is known here`);
}
