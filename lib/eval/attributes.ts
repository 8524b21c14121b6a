/** What records say of their pictures beside captions, as classes. */

/** The fields of a record beyond its caption. */
export type Attributes = Readonly<Record<string, string | string[]>>;

/** Fields that a picture does not show, or that are texts rather than classes. */
const NOT_SEEN = new Set([
  "title",
  "description",
  "source",
  "license",
  "licence",
  "creator",
  "view",
  "product",
  "id",
  "brand",
  "season",
  "year",
  "price",
]);

/** Most classes of one attribute; more are names rather than classes. */
const MOST = 60;

/** One attribute with its classes, sorted. */
export interface AttributeTask {
  readonly key: string;
  readonly classes: readonly string[];
}

/**
 * The attributes that classes can be told by: at least two classes that `least` training pictures and
 * one test picture have each.
 */
export function attributeTasks(
  training: readonly Attributes[],
  test: readonly Attributes[],
  least: number,
): AttributeTask[] {
  const keys = [...new Set(training.flatMap(Object.keys))].filter((key) => !NOT_SEEN.has(key));
  return keys.sort().flatMap((key) => {
    const trained = count(training, key), tested = count(test, key);
    const classes = [...trained].flatMap(([name, n]) =>
      n >= least && tested.has(name) ? [name] : []
    );
    const enough = classes.length >= 2 && classes.length <= MOST;
    return enough ? [{ key, classes: classes.sort() }] : [];
  });
}

/** The classes of each record by number, none where it has none of the task's. */
export function labelsOf(task: AttributeTask, records: readonly Attributes[]): number[][] {
  return records.map((record) =>
    valuesOf(record, task.key).map((value) => task.classes.indexOf(value)).filter((c) => c >= 0)
  );
}

function count(records: readonly Attributes[], key: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const record of records) {
    for (const value of valuesOf(record, key)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}

function valuesOf(record: Attributes, key: string): string[] {
  const value = record[key] ?? [];
  return [...new Set(Array.isArray(value) ? value : [value])].filter((name) => name !== "");
}
