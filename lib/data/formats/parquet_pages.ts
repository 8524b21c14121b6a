/**
 * Whether the pages of a parquet file are what its footer says: the reader believes their headers, and a
 * damaged one sends it in circles or makes it ask for gigabytes.
 */
import type { asyncBufferFromFile, FileMetaData } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";

type File = Awaited<ReturnType<typeof asyncBufferFromFile>>;
type Group = FileMetaData["row_groups"][number];

/** Bytes that a header is looked for in first; one with long statistics needs more. */
const HEADER = 4096;
/** No method that is read packs bytes closer than 1 in 1032 (DEFLATE); a little more for tiny pages. */
const CLOSEST = 1100, TINY = 2 ** 16;

/** Throws where a page of one of the columns lies outside of its column, or has more in it than can be. */
export async function checkPages(
  file: File,
  { columns }: Group,
  wanted: readonly string[],
): Promise<void> {
  for (const { meta_data: column } of columns) {
    if (!column || !wanted.includes(column.path_in_schema[0] ?? "")) continue;
    const { dictionary_page_offset: dictionary, data_page_offset: data } = column;
    // Some writers say 0 where there is no dictionary.
    const first = Number(dictionary && dictionary < data ? dictionary : data);
    const end = first + Number(column.total_compressed_size);
    const values = Number(column.num_values), name = column.path_in_schema.join(".");
    if (!(first >= 0 && end >= first && end <= file.byteLength)) {
      throw new Error(`column "${name}" ends at byte ${end} of ${file.byteLength}`);
    }
    for (let at = first; at < end - 1;) {
      const { header, length } = await headerAt(file, at, end);
      const packed = header.compressed_page_size, plain = header.uncompressed_page_size;
      const inside = packed >= 0 && at + length + packed <= end;
      if (!inside || !(plain >= 0 && plain <= CLOSEST * packed + TINY)) {
        throw new Error(
          `column "${name}" has a page of ${packed} bytes at ${at}, unpacked ${plain}`,
        );
      }
      if (!countsOf(header).every((count) => count >= 0 && count <= Math.max(values, packed))) {
        throw new Error(
          `column "${name}" has a page at ${at} with ${countsOf(header)} values or bytes, ` +
            `expected at most ${values} values`,
        );
      }
      at += length + packed;
    }
  }
}

/** All counts of a page's header; NaN for one that is missing. */
function countsOf(header: ReturnType<typeof parquetHeader>): number[] {
  const { data_page_header: one, data_page_header_v2: two, dictionary_page_header: words } = header;
  const page = one ?? words;
  const counts = two
    ? [
      ...[two.num_values, two.num_nulls, two.num_rows],
      ...[two.definition_levels_byte_length, two.repetition_levels_byte_length],
      two.num_values - two.num_nulls,
    ]
    : [page?.num_values];
  return counts.map((count) => typeof count === "number" ? count : NaN);
}

/** The header of the page at a byte, and how long it is. */
async function headerAt(file: File, at: number, end: number) {
  for (let size = HEADER;; size *= 16) {
    const to = Math.min(at + size, end);
    const reader = { view: new DataView(await file.slice(at, to)), offset: 0 };
    try {
      return { header: parquetHeader(reader), length: reader.offset };
    } catch (error) {
      if (to === end) throw error;
    }
  }
}
