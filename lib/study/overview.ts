/** A first look at the data: which sets there are, and some of their pictures. */
import {
  availableDataSets,
  dataFolder,
  type DataSet,
  evaluationRecords,
  findDataSet,
  loadPixels,
  type Split,
} from "../data/mod.ts";
import { pictureGrid, stackPictures, type Table, textColumn } from "../report/mod.ts";
import { stream } from "../runtime/mod.ts";

/** The data sets that were found, with their sizes; the one that a command would take of each name. */
export async function dataSetTable(): Promise<Table> {
  const found = await availableDataSets();
  const names = [...new Set(found.map(({ name }) => name))];
  const rows = [];
  for (const name of names) {
    const set = await findDataSet(name, { skipBad: true });
    const count = (split: Split) => set.records.filter((record) => record.split === split).length;
    rows.push({
      name,
      where: set.origin === "embedded" ? "data/" : set.origin,
      kind: set.kind,
      train: count("train"),
      validation: count("validation"),
      test: count("test"),
      products: new Set(set.records.map(({ product }) => product)).size,
      licence: set.licence,
    });
  }
  const number = (key: string, title: string) => (
    { key, title, align: "right", format: { digits: 0 } } as const
  );
  return {
    title: "Data sets",
    note: "Pictures in each split. A product is in one split only, with all its colours and views.",
    columns: [
      textColumn("name", "name"),
      textColumn("where", "found in"),
      textColumn("kind", "pictures"),
      number("train", "train"),
      number("validation", "validation"),
      number("test", "test"),
      number("products", "products"),
      textColumn("licence", "licence"),
    ],
    rows,
  };
}

/** The copy of a data set that lies in the repository, whatever UNIDIFF_DATA holds. */
export function embeddedDataSet(name: string): Promise<DataSet> {
  return findDataSet(name, { places: [{ origin: "embedded", folder: dataFolder }] });
}

/**
 * Some pictures of a set (of its test part unless `from` is "all") with their captions above, as PNG;
 * which ones is drawn from a seed.
 */
export async function contactSheet(
  set: DataSet,
  { count = 12, columns = 6, size = 128, seed = 0, from = "test" as "test" | "all" } = {},
): Promise<Uint8Array> {
  const records = from === "all" ? set.records : evaluationRecords(set, "test");
  const order = stream(seed, "contact-sheet").permutation(records.length);
  const shown = Array.from(order.subarray(0, count), (i) => records[i]!);
  const lines: Uint8Array[] = [];
  for (let at = 0; at < shown.length; at += columns) {
    const part = shown.slice(at, at + columns);
    const columnLabels = part.map(({ captions }) => captions[0] as string);
    const pixels = await loadPixels(part, size);
    lines.push(await pictureGrid(pixels, { size, scale: 1, columns: part.length, columnLabels }));
  }
  return await stackPictures(lines, 4);
}
