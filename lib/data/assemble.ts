/** Rows of any format become records: checked against each other, with a product and a split each. */
import { type Entry, isProblem, problem, type Row, shortened } from "./formats/format.ts";
import { type Problem, type ProductRecord, type Split, splitOf, SPLITS } from "./record.ts";
import { makeSplits } from "./splits.ts";
import { textFault } from "./text.ts";

/** The good rows as records in the order of rows, and what is wrong with the others. */
export interface Assembled {
  readonly records: ProductRecord[];
  readonly problems: Problem[];
  /** Where splits come from. */
  readonly splits: "given" | "made";
  /** Why no splits could be made; all rows are then for training. */
  readonly unsplit?: Error;
}

/**
 * Collects the rows of a set, without their pictures.
 *
 * Product and split are asked of every row or of none: without products each picture stands for
 * itself, without splits they are made by product from the seed (see {@link makeSplits}). A set
 * without test rows is tested on its validation rows. A picture or id that stands twice and a product in two splits are problems.
 */
export async function assemble(rows: AsyncIterable<Row>, seed = 0): Promise<Assembled> {
  const problems: Problem[] = [], entries: Entry[] = [];
  const seen = new Map<string, string>();
  for await (const row of rows) {
    if (isProblem(row)) {
      problems.push(row);
      continue;
    }
    const twin = seen.get(row.id) ?? seen.get(row.image.name);
    if (twin !== undefined) {
      const reason = `"${row.id}" stands already at ${twin}, expected each picture once`;
      problems.push(problem(row.where, "picture named twice", reason));
      continue;
    }
    const fault = faultOf(row);
    if (fault !== undefined) {
      problems.push(problem(row.where, "control character", fault));
      continue;
    }
    seen.set(row.id, row.where).set(row.image.name, row.where);
    const split = row.split && splitOf(row.split);
    if (row.split && !split) {
      const reason = `"split" is "${shortened(row.split)}", expected one of ${SPLITS.join(", ")}`;
      problems.push(problem(row.where, "bad split", reason));
      continue;
    }
    entries.push({ ...row, split });
  }
  const named = asked(entries, "product", "text that is not empty", problems);
  const complete = asked(named, "split", `one of ${SPLITS.join(", ")}`, problems);
  const products = complete.map((entry) => ({ ...entry, product: entry.product ?? entry.id }));
  if (products.length === 0) return { records: [], problems, splits: "given" };
  const given = products[0]!.split !== undefined;
  let unsplit: Error | undefined, splits: Split[];
  try {
    splits = given
      ? withTest(products.map(({ split }) => split as Split))
      : makeSplits(products, seed);
  } catch (error) {
    // What is wrong with rows is to be told first: it may be why so few are left.
    unsplit = error as Error;
    splits = products.map(() => "train");
  }
  const records: ProductRecord[] = [];
  const first = new Map<string, ProductRecord>();
  for (const [i, { id, image, captions, product, attributes, where }] of products.entries()) {
    const split = splits[i]!, other = first.get(product);
    if (other !== undefined && other.split !== split) {
      problems.push(problem(
        where,
        "product in two splits",
        `"product" "${product}" is in "${split}" here and in "${other.split}" at ` +
          `${other.where}, expected one split for each product (else the test is leaked)`,
      ));
      continue;
    }
    const record: ProductRecord = {
      id,
      image,
      captions: [...captions],
      product,
      split,
      attributes: { ...attributes },
      where,
    };
    if (other === undefined) first.set(product, record);
    records.push(record);
  }
  const how = given ? "given" : "made";
  return { records, problems, splits: how, ...(unsplit ? { unsplit } : {}) };
}

/** What is wrong with a text of a row, in words. */
function faultOf({ id, captions, product, attributes }: Entry): string | undefined {
  const texts: [string, string][] = [
    ["file name", id],
    ...captions.map((caption): [string, string] => ["caption", caption]),
    ...(product === undefined ? [] : [["product", product] as [string, string]]),
    ...Object.entries(attributes).flatMap(([key, value]) =>
      [value].flat().map((text): [string, string] => [`"${key}"`, text])
    ),
  ];
  for (const [what, text] of texts) {
    const fault = textFault(text);
    if (fault !== undefined) return `the ${what} ${fault}`;
  }
  return undefined;
}

/** The entries that have a field which others have. */
function asked(
  entries: readonly Entry[],
  field: "product" | "split",
  expected: string,
  problems: Problem[],
): Entry[] {
  if (entries.every((entry) => entry[field] === undefined)) return [...entries];
  return entries.filter((entry) => {
    if (entry[field] !== undefined) return true;
    const reason = `"${field}" is missing, expected ${expected}`;
    problems.push(problem(entry.where, `no ${field}`, reason));
    return false;
  });
}

/** The splits that a set names; without test rows it is tested on its validation rows. */
function withTest(given: readonly Split[]): Split[] {
  if (given.includes("test")) return [...given];
  return given.map((split) => split === "validation" ? "test" : split);
}
