/** Finding pictures of a data set by a caption or by another picture. */
import {
  type DataSet,
  filePicture,
  loadPixels,
  openPixels,
  type ProductRecord,
  readPicture,
  toPixels,
} from "../data/mod.ts";
import { innerProducts, type Rows } from "../eval/mod.ts";
import { embedCaptions, embedImages, type Model } from "../model/mod.ts";
import { pictureGrid, stackPictures } from "../report/mod.ts";

/** A caption, or the path of a picture. */
export type Query = { readonly caption: string } | { readonly picture: string };

/** A picture that was found, with its cosine to the query, and its place, 1 being the most alike. */
export interface Found {
  readonly rank: number;
  readonly cosine: number;
  readonly record: ProductRecord;
}

/** Indices of items [n, dim] by falling cosine to a query [dim], all of length 1; equals by index. */
export function rankBySimilarity(
  query: Rows,
  items: Rows,
  dim: number,
): { readonly index: number; readonly cosine: number }[] {
  const cosines = innerProducts(query, items, dim);
  return Array.from(cosines, (cosine, index) => ({ index, cosine }))
    .sort((a, b) => b.cosine - a.cosine || a.index - b.index);
}

/** Ranks every picture of a set by the model's embeddings; `onDone` is told how many are embedded. */
export async function searchPictures(
  model: Model,
  set: DataSet,
  query: Query,
  onDone?: (count: number) => void,
): Promise<Found[]> {
  const { vision: { imageSize }, projection } = model.config.clip, { records } = set;
  const wanted = "caption" in query
    ? await embedCaptions(model, [query.caption])
    : await embedImages(model, await queryPixels(query.picture, imageSize));
  const pixels = await openPixels(set, imageSize), piece = 256;
  const all = new Float32Array(records.length * projection);
  for (let at = 0; at < records.length; at += piece) {
    const n = Math.min(piece, records.length - at);
    const part = pixels.pixels(Int32Array.from({ length: n }, (_, i) => at + i));
    all.set(await embedImages(model, part), at * projection);
    onDone?.(at + n);
  }
  return rankBySimilarity(wanted, all, projection).map(({ index, cosine }, i) => (
    { rank: i + 1, cosine, record: records[index]! }
  ));
}

async function queryPixels(path: string, size: number): Promise<Float32Array> {
  try {
    return toPixels(await readPicture(filePicture(path), size));
  } catch (error) {
    throw new Error(`${path}: cannot be read as a picture (${(error as Error).message})`, {
      cause: error,
    });
  }
}

/** What was found as a PNG: the query's picture first, where it is one, then rank, cosine, caption. */
export async function foundSheet(
  found: readonly Found[],
  query: Query,
  { columns = 6, size = 128 } = {},
): Promise<Uint8Array> {
  const lines: Uint8Array[] = [];
  if ("picture" in query) {
    const pixels = await queryPixels(query.picture, size);
    lines.push(await pictureGrid(pixels, { size, scale: 1, columns: 1, columnLabels: ["query"] }));
  }
  for (let at = 0; at < found.length; at += columns) {
    const part = found.slice(at, at + columns);
    const pixels = await loadPixels(part.map(({ record }) => record), size);
    const columnLabels = part.map(({ rank, cosine, record }) =>
      `${rank} (${cosine.toFixed(2).replace("-", "−")}) ${record.captions[0]}`
    );
    lines.push(await pictureGrid(pixels, { size, scale: 1, columns: part.length, columnLabels }));
  }
  return await stackPictures(lines, 8);
}
