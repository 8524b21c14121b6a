/** Archives as the makers of data sets write them. */
import { dirname } from "@std/path";
import { Buffer } from "node:buffer";
import { pack } from "tar-stream";
import h5wasm from "h5wasm/node";
import type { SchemaElement } from "hyparquet";
import { parquetWriteBuffer } from "hyparquet-writer";

/** A gzip file of a text, or of bytes. */
export async function gzip(content: string | Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([content]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** A tar archive of files in their order; long names become pax headers. */
export async function writeTar(
  path: string,
  files: Record<string, string | Uint8Array>,
): Promise<void> {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) tar.entry({ name }, Buffer.from(content));
  tar.finalize();
  const parts: Uint8Array[] = [];
  for await (const part of tar) parts.push(part as Uint8Array);
  await Deno.writeFile(path, new Uint8Array(Buffer.concat(parts)));
}

/** A row of a published parquet file: pictures are structures of bytes and path. */
type ParquetCell = string | number | { bytes: Uint8Array; path: string | null };

/** A parquet file as Hugging Face `datasets` writes it, in row groups of a few rows. */
export async function writeParquet(
  path: string,
  rows: Record<string, ParquetCell>[],
  rowGroupSize: number,
): Promise<void> {
  const names = Object.keys(rows[0]!);
  const isPicture = (name: string) => typeof rows[0]![name] === "object";
  const columnData = names.map((name) => ({ name, data: rows.map((row) => row[name]) }));
  const schema: SchemaElement[] = [
    { name: "schema", num_children: names.length },
    ...names.flatMap((name): SchemaElement[] => {
      const repetition_type = "OPTIONAL" as const;
      if (!isPicture(name)) {
        return typeof rows[0]![name] === "number"
          ? [{ name, type: "INT64", repetition_type }]
          : [{ name, type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type }];
      }
      return [
        { name, repetition_type, num_children: 2 },
        { name: "bytes", type: "BYTE_ARRAY", repetition_type },
        { name: "path", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type },
      ];
    }),
  ];
  for (const column of columnData) {
    column.data = column.data.map((cell) =>
      typeof cell === "number" ? BigInt(cell) : cell
    ) as never;
  }
  const bytes = parquetWriteBuffer({ columnData: columnData as never, schema, rowGroupSize });
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeFile(path, new Uint8Array(bytes));
}

/** A file of Fashion-Gen: pictures of 8 × 8 with red 40 · row, texts of one column of bytes each. */
export async function writeH5(
  path: string,
  rows: number[],
  product: (row: number) => number,
  texts: (row: number) => Record<string, string>,
): Promise<void> {
  await h5wasm.ready;
  const file = new h5wasm.File(path, "w"), n = rows.length;
  const data = new Uint8Array(n * 8 * 8 * 3);
  for (let i = 0; i < n * 64; i++) data.set([40 * rows[(i / 64) | 0]!, 30, 0], 3 * i);
  file.create_dataset({ name: "input_image", data, shape: [n, 8, 8, 3], dtype: "<B" });
  file.create_dataset({
    name: "input_productID",
    data: Int32Array.from(rows, product),
    shape: [n, 1],
    dtype: "<i",
  });
  for (const key of Object.keys(texts(0))) {
    const values = rows.map((row) => texts(row)[key]!);
    file.create_dataset({ name: key, data: values, shape: [n, 1], dtype: "S64" });
  }
  file.flush();
  file.close();
}
