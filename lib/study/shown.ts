/** What a finished run keeps to be looked at: neighbours of a few queries, and a map of embeddings. */
import { evaluationRecords } from "../data/mod.ts";
import {
  colouringAttribute,
  embeddingMap,
  exampleQueries,
  retrievalExamples,
  takeRows,
} from "../eval/mod.ts";
import { embeddingOf, neighboursOf, writeShown } from "../report/mod.ts";
import { stream } from "../runtime/mod.ts";
import type { StudyContext } from "./context.ts";
import type { RunSubject } from "./subject.ts";

/** A map has at most so many records, drawn by the data set alone. */
const MAPPED = 200;

/** Writes neighbours.json and embedding.json of the split that a run is measured on into a run's folder. */
export async function showEmbeddings(
  context: StudyContext,
  dataset: string,
  subject: RunSubject,
  folder: string,
): Promise<void> {
  const set = await context.dataSet(dataset), dim = subject.model.config.clip.projection;
  const { captions, attributes } = await subject.test();
  const { images, texts } = await subject.embedded("test");
  const ids = evaluationRecords(set, subject.split).map(({ id }) => id);
  const queries = exampleQueries(captions, set.fingerprint);
  const examples = retrievalExamples(images, texts, dim, captions, queries);
  const records = ids.map((id, i) => ({ id, caption: captions[i] as string }));

  const order = stream(0, "embedding-map", set.fingerprint).permutation(ids.length);
  const places = [...order.subarray(0, MAPPED)].sort((a, b) => a - b);
  const map = embeddingMap(takeRows(images, dim, places), takeRows(texts, dim, places), dim);
  const name = colouringAttribute(attributes);
  const attribute = name === undefined
    ? undefined
    : { name, values: places.map((i) => attributes[i]![name] as string) };
  const mapped = places.map((i) => ids[i] as string);
  await writeShown(folder, neighboursOf(examples, records), embeddingOf(map, mapped, attribute));
}
