/** Kinds of files that people bring: good ones, and how each is read. */
import { Buffer } from "node:buffer";
import { dirname, join } from "@std/path";
import { parquetWriteBuffer } from "hyparquet-writer";
import sharp from "sharp";
import { pack } from "tar-stream";
import { loadFolder } from "../../data/mod.ts";
import { joinedBytes } from "../../runtime/mod.ts";
import { readSafetensors, readSafetensorsHeader, writeSafetensors } from "../../weights/mod.ts";

/** A kind of file. */
export interface InputKind {
  /** How many mutated ones the whole task reads. */
  readonly cases: number;
  /** The file within its folder, by the number of the good one. */
  readonly file: (which: number) => string;
  /** Good files; may put others beside them. */
  readonly good: (folder: string) => Promise<readonly Uint8Array[]>;
  readonly read: (path: string) => Promise<unknown>;
}

const colours = ["#c03030", "#3050c0", "#30a050"] as const;
const formats = ["png", "jpeg", "webp", "gif", "tiff", "avif"] as const;

/** A plain picture with a lighter spot. */
function picture(colour: string, format: typeof formats[number] = "png"): Promise<Uint8Array> {
  const spot = { create: { width: 8, height: 8, channels: 3, background: "#f0f0e0" } } as const;
  return sharp({ create: { width: 40, height: 32, channels: 3, background: colour } })
    .composite([{ input: spot, left: 9, top: 5 }]).toFormat(format).toBuffer();
}

/** Lines about three pictures, and the pictures. */
async function lines(folder: string): Promise<Record<string, unknown>[]> {
  await Deno.mkdir(join(folder, "images"), { recursive: true });
  return await Promise.all(colours.map(async (colour, i) => {
    await Deno.writeFile(join(folder, "images", `${i}.png`), await picture(colour));
    return { file_name: `images/${i}.png`, text: `Chair ${i}.`, product: `p${i}`, split: "train" };
  }));
}

async function tar(files: Record<string, string | Uint8Array>): Promise<Uint8Array> {
  const archive = pack(), parts: Uint8Array[] = [];
  for (const [name, content] of Object.entries(files)) {
    archive.entry({ name }, Buffer.from(content as string));
  }
  archive.finalize();
  for await (const part of archive) parts.push(part as Uint8Array);
  return joinedBytes(parts);
}

/** Weights in every type that is read. */
async function weights(folder: string): Promise<Uint8Array> {
  const path = join(folder, "good.safetensors");
  const data = (n: number) => Float32Array.from({ length: n }, (_, i) => Math.sin(i));
  await writeSafetensors(path, [
    { name: "text_model.a.weight", shape: [3, 4], data: () => Promise.resolve(data(12)) },
    { name: "b", shape: [5], data: () => Promise.resolve(data(5)) },
    { name: "none", shape: [0, 2], data: () => Promise.resolve(data(0)) },
  ], { dtype: "F16", metadata: { format: "pt" } });
  return await Deno.readFile(path);
}

const readSet = (path: string) =>
  loadFolder(dirname(path), { cache: join(dirname(path), "cache") });
const encoded = (text: string) => new TextEncoder().encode(text);

/** The kinds by name; 11,000 files in all. */
export const inputKinds: Readonly<Record<string, InputKind>> = {
  safetensors: {
    cases: 2500,
    file: () => "model.safetensors",
    good: async (folder) => [await weights(folder)],
    read: readSafetensors,
  },
  "safetensors header": {
    cases: 1500,
    file: () => "model.safetensors",
    good: async (folder) => [await weights(folder)],
    read: readSafetensorsHeader,
  },
  "JSON lines": {
    cases: 2000,
    file: () => "metadata.jsonl",
    good: async (folder) => [
      encoded((await lines(folder)).map((line) => JSON.stringify(line)).join("\n")),
    ],
    read: readSet,
  },
  CSV: {
    cases: 1000,
    file: () => "metadata.csv",
    good: async (folder) => {
      const rows = (await lines(folder)).map((line) => Object.values(line).join(","));
      return [encoded(["file_name,text,product,split", ...rows].join("\n"))];
    },
    read: readSet,
  },
  tar: {
    cases: 1500,
    file: () => "shard-000.tar",
    good: async () => {
      const files = await Promise.all(colours.map(async (colour, i) => [
        [`${i}.png`, await picture(colour)],
        [`${i}.txt`, `Chair ${i}.`],
        [`${i}.json`, JSON.stringify({ product: `p${i}` })],
      ]));
      return [await tar(Object.fromEntries(files.flat()))];
    },
    read: readSet,
  },
  parquet: {
    cases: 1500,
    file: () => "train.parquet",
    good: async () => {
      const image = await Promise.all(colours.map(async (colour) => ({
        bytes: await picture(colour),
        path: "a.png",
      })));
      const texts = colours.map((_, i) => `Chair ${i}.`);
      return [
        new Uint8Array(parquetWriteBuffer({
          columnData: [
            { name: "text", data: texts, type: "STRING" },
            { name: "picture", data: image.map(({ bytes }) => bytes), type: "BYTE_ARRAY" },
          ],
        })),
      ];
    },
    read: readSet,
  },
  picture: {
    cases: 1000,
    // One name for all formats: what a picture is, its bytes say.
    file: () => "picture",
    good: async (folder) => {
      const row = { file_name: "picture", text: "A chair.", product: "chair", split: "train" };
      await Deno.writeTextFile(join(folder, "metadata.jsonl"), JSON.stringify(row));
      return await Promise.all(formats.map((format) => picture(colours[0], format)));
    },
    read: readSet,
  },
};
