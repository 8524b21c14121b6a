/** Figures of data sets as tables. */
import type { DataStats } from "../data/mod.ts";
import type { Column, Table } from "./table.ts";

const text = (key: string, title: string): Column => ({
  key,
  title,
  align: "left",
  format: "text",
});
const number = (key: string, title: string, digits = 0, group?: string): Column => ({
  key,
  title,
  align: "right",
  format: { digits },
  ...(group === undefined ? {} : { group }),
});

/** One row for each data set; see {@link DataStats} for what is counted. */
export function dataStatsTable(all: readonly DataStats[]): Table {
  return {
    title: "Data sets, counted",
    note:
      "Words: blanks apart. Truncated: captions that lose words in the miniature's context of " +
      "32 tokens and in CLIP's of 77. Near-duplicates: pictures that show the same as another one " +
      "(dHash of 64 bits within 4, colours within 8 %), of their own product and of another one. " +
      "Leaks: products in several splits, and pairs of near-duplicates in different splits. " +
      "Left out: rows that cannot be used.",
    columns: [
      text("name", "name"),
      text("kind", "pictures are"),
      text("where", "found in"),
      text("format", "layout"),
      number("pictures", "pictures"),
      number("train", "train", 0, "split"),
      number("validation", "validation", 0, "split"),
      number("test", "test", 0, "split"),
      text("splits", "splits"),
      number("products", "products"),
      number("captions", "captions"),
      number("distinct", "distinct", 0, "captions"),
      number("words", "words, mean", 1, "captions"),
      number("longest", "words, most", 0, "captions"),
      number("truncatedMini", "truncated at 32", 0, "captions"),
      number("truncatedClip", "truncated at 77", 0, "captions"),
      number("same", "of its product", 0, "near-duplicates"),
      number("other", "of another", 0, "near-duplicates"),
      number("leakProducts", "products", 0, "leaks"),
      number("leakPictures", "pictures", 0, "leaks"),
      number("left", "left out"),
      text("licence", "licence"),
    ],
    rows: all.map((s) => ({
      name: s.name,
      kind: s.kind,
      where: s.origin === "embedded" ? "data/" : s.origin,
      format: s.format,
      pictures: s.pictures,
      ...s.bySplit,
      splits: s.splits,
      products: s.products,
      captions: s.captions,
      distinct: s.distinctCaptions,
      words: s.words.mean,
      longest: s.words.max,
      truncatedMini: s.truncated.mini,
      truncatedClip: s.truncated.clip,
      same: s.nearDuplicates.sameProduct,
      other: s.nearDuplicates.otherProduct,
      leakProducts: s.leaks.products,
      leakPictures: s.leaks.pictures,
      left: s.skipped.reduce((sum, { count }) => sum + count, 0),
      licence: s.licence,
    })),
  };
}
