import type { Figures } from "./measure.ts";

/** The figures as a table in Markdown; memory in GiB, times in seconds. */
export function figuresTable(rows: readonly Figures[]): string {
  const gib = (bytes?: number) => bytes === undefined ? "" : (bytes / 2 ** 30).toFixed(2);
  const time = (x?: number) => x === undefined ? "" : x.toFixed(x < 10 ? 1 : 0);
  const gpu = rows.some((row) => row.gpu !== undefined);
  const head = [
    "what",
    "load, s",
    "peak while loading, GiB",
    "first time, s",
    "again, s",
    "again, processor s",
    "peak, GiB",
    ...(gpu ? ["on the GPU, GiB"] : []),
    "estimated, GiB",
  ];
  const lines = rows.map((r) => [
    r.what,
    time(r.load),
    gib(r.loadPeak),
    time(r.first),
    time(r.again),
    time(r.cpu),
    r.note ? "does not fit" : gib(r.peak),
    ...(gpu ? [gib(r.gpu)] : []),
    gib(r.estimate),
  ]);
  const align = head.map((_, i) => i === 0 ? ":--" : "--:");
  const table = [head, align, ...lines].map((cells) => `| ${cells.join(" | ")} |`);
  const notes = rows.flatMap(({ what, note }) => note ? [`${what}: ${note}.`] : []);
  return [...table, ...(notes.length > 0 ? ["", ...notes] : [])].join("\n");
}
