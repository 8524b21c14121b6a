/** What a data set holds, counted: sizes, captions, duplicates, and whether its test part is leaked. */
import { join } from "@std/path";
import { countTruncated, embeddedTokenizer, loadTokenizer } from "../model/mod.ts";
import { projectFolder } from "../runtime/mod.ts";
import { countByKind } from "./load.ts";
import { looksOf, nearDuplicates } from "./near_duplicates.ts";
import { type DataSet, type Kind, type Origin, type Split, SPLITS } from "./record.ts";

/** Figures of a data set; the keys of stats.json. */
export interface DataStats {
  readonly name: string;
  readonly kind: Kind;
  readonly licence: string;
  readonly origin: Origin;
  readonly format: string;
  readonly fingerprint: string;
  readonly splits: DataSet["splits"];
  readonly pictures: number;
  readonly bySplit: Record<Split, number>;
  readonly products: number;
  readonly captions: number;
  readonly distinctCaptions: number;
  /** Words of a caption, by blanks. */
  readonly words: { readonly mean: number; readonly max: number };
  /** Captions that lose words: in the miniature's context of 32 tokens, in CLIP's of 77. */
  readonly truncated: { readonly mini: number; readonly clip: number };
  /** Pictures that show the same as another one of their product, and of another product. */
  readonly nearDuplicates: { readonly sameProduct: number; readonly otherProduct: number };
  /** Products in several splits, and near-duplicate pictures in different splits; must be none. */
  readonly leaks: { readonly products: number; readonly pictures: number };
  /** Pairs of pictures that leak, by id; the first twenty. */
  readonly leakingPairs: readonly (readonly [string, string])[];
  /** Rows that were left out, by reason. */
  readonly skipped: readonly { readonly kind: string; readonly count: number }[];
}

/** Counts a data set; every picture is read once. `onDone` is told how many are. */
export async function dataStats(
  set: DataSet,
  onDone?: (count: number) => void,
): Promise<DataStats> {
  const { records } = set, captions = records.flatMap((record) => record.captions);
  const distinct = [...new Set(captions)];
  const words = captions.map((caption) => caption.split(/\s+/).length);
  const pairs = nearDuplicates(await looksOf(records, onDone));
  const within = new Set<number>(), across = new Set<number>();
  const leaking: [string, string][] = [];
  for (const [i, j] of pairs) {
    const a = records[i]!, b = records[j]!;
    for (const at of [i, j]) (a.product === b.product ? within : across).add(at);
    if (a.split !== b.split) leaking.push([a.id, b.id]);
  }
  const splitsOf = Map.groupBy(records, ({ product }) => product).values();
  return {
    name: set.name,
    kind: set.kind,
    licence: set.licence,
    origin: set.origin,
    format: set.format,
    fingerprint: set.fingerprint,
    splits: set.splits,
    pictures: records.length,
    bySplit: Object.fromEntries(
      SPLITS.map((split) => [split, records.filter((record) => record.split === split).length]),
    ) as Record<Split, number>,
    products: new Set(records.map(({ product }) => product)).size,
    captions: captions.length,
    distinctCaptions: distinct.length,
    words: {
      mean: words.reduce((sum, n) => sum + n, 0) / Math.max(1, words.length),
      max: words.reduce((most, n) => Math.max(most, n), 0),
    },
    truncated: await truncated(captions),
    nearDuplicates: { sameProduct: within.size, otherProduct: across.size },
    leaks: {
      products: [...splitsOf].filter((all) => all.some(({ split }) => split !== all[0]!.split))
        .length,
      pictures: leaking.length,
    },
    leakingPairs: leaking.slice(0, 20),
    skipped: countByKind(set.skipped),
  };
}

/** How many captions are longer than the miniature's context, and than CLIP's. */
async function truncated(captions: readonly string[]) {
  const mini = await loadTokenizer(join(projectFolder, "data", "mini", "tokenizer"));
  return {
    mini: countTruncated(mini, captions, 32),
    clip: countTruncated(await embeddedTokenizer(), captions, 77),
  };
}
