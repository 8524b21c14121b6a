/**
 * What a run keeps to be looked at beside its numbers: neighbours.json and embedding.json.
 *
 * Runs that have neither are as good as any; what shows them leaves those out.
 */
import { join } from "@std/path";
import { z } from "zod";
import type { EmbeddingMap, Example, Examples } from "../eval/mod.ts";
import { writeAtomic } from "../runtime/mod.ts";

const neighbourSchema = z.object({
  /** The place of the record in `records`. */
  record: z.int().nonnegative(),
  score: z.number(),
  match: z.boolean(),
});
const examplesSchema = z.array(
  z.object({ query: z.int().nonnegative(), nearest: z.array(neighbourSchema) }),
);

/** neighbours.json: queries with their nearest, captions of a picture and pictures of a caption. */
export const neighboursSchema = z.looseObject({
  schema: z.literal(1),
  records: z.array(z.object({ id: z.string(), caption: z.string() })),
  i2t: examplesSchema,
  t2i: examplesSchema,
});
export type Neighbours = z.infer<typeof neighboursSchema>;

const pointsSchema = z.array(z.tuple([z.number(), z.number()]));

/** embedding.json: pictures and captions of records in the plane, point i of both of record i. */
export const embeddingSchema = z.looseObject({
  schema: z.literal(1),
  ids: z.array(z.string()),
  /** Absent where the data set has no attribute of 2 to 8 values. */
  attribute: z.object({ name: z.string(), values: z.array(z.string()) }).optional(),
  variance: z.tuple([z.number(), z.number()]),
  images: pointsSchema,
  texts: pointsSchema,
});
export type Embedding = z.infer<typeof embeddingSchema>;

/** A record as these files name it. */
interface Named {
  readonly id: string;
  readonly caption: string;
}

/** {@link Examples} with the ids and captions of the records that occur in them, and no others. */
export function neighboursOf({ i2t, t2i }: Examples, records: readonly Named[]): Neighbours {
  const used = new Map<number, number>();
  const at = (place: number) => {
    if (!used.has(place)) used.set(place, used.size);
    return used.get(place) as number;
  };
  const named = (examples: readonly Example[]) =>
    examples.map(({ query, nearest }) => ({
      query: at(query),
      nearest: nearest.map(({ place, score, match }) => ({
        record: at(place),
        score: rounded(score),
        match,
      })),
    }));
  const both = { i2t: named(i2t), t2i: named(t2i) };
  return {
    schema: 1,
    records: [...used.keys()].map((place) => {
      const { id, caption } = records[place] as Named;
      return { id, caption };
    }),
    ...both,
  };
}

/** An {@link EmbeddingMap} with the ids of its records and the attribute that colours them. */
export function embeddingOf(
  map: EmbeddingMap,
  ids: readonly string[],
  attribute?: { name: string; values: string[] },
): Embedding {
  const points = (of: EmbeddingMap["images"]) =>
    of.map(([x, y]): [number, number] => [rounded(x), rounded(y)]);
  return {
    schema: 1,
    ids: [...ids],
    ...(attribute === undefined ? {} : { attribute }),
    variance: [rounded(map.variance[0]), rounded(map.variance[1])],
    images: points(map.images),
    texts: points(map.texts),
  };
}

/** Writes both files of a run, without spaces: they are many and not read by eye. */
export async function writeShown(
  folder: string,
  neighbours: Neighbours,
  embedding: Embedding,
): Promise<void> {
  const text = (value: unknown) => `${JSON.stringify(value)}\n`;
  await writeAtomic(join(folder, "neighbours.json"), text(neighbours));
  await writeAtomic(join(folder, "embedding.json"), text(embedding));
}

/** Three digits after the point: cosines and points of unit vectors are below 2. */
function rounded(value: number): number {
  return Number(value.toFixed(3)) + 0;
}
