/** Tiny image folders for tests. */
import { dirname, join } from "@std/path";
import sharp from "sharp";

/** A line of metadata.jsonl; text stands for a line that is no JSON. */
export type TestLine = Record<string, unknown> | string;

/** A good line about `images/<stem>.png`. */
export function goodLine(stem: string, more: Record<string, unknown> = {}) {
  return {
    file_name: `images/${stem}.png`,
    text: `A ${stem}.`,
    product: stem,
    split: "train",
    ...more,
  };
}

/** Bytes of a plain picture. */
export function plainPicture(colour: string, format: "png" | "jpeg" = "png"): Promise<Uint8Array> {
  return sharp({ create: { width: 32, height: 32, channels: 3, background: colour } })
    .toFormat(format).toBuffer();
}

/** A white picture that is red towards one side. */
export async function halfPicture(side: string): Promise<Uint8Array> {
  const size = 72, bytes = new Uint8Array(size * size * 3);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const along = side === "top" ? y : side === "left" ? x : size - 1 - x;
      bytes.set([255, 3 * along, 3 * along], 3 * (y * size + x));
    }
  }
  return await sharp(bytes, { raw: { width: size, height: size, channels: 3 } }).png().toBuffer();
}

/** Writes metadata.jsonl and the files given; a file is a colour (a plain picture) or bytes. */
export async function writeFolder(
  folder: string,
  lines: readonly TestLine[],
  files: Record<string, string | Uint8Array>,
): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const text = lines.map((line) => typeof line === "string" ? line : JSON.stringify(line));
  await Deno.writeTextFile(join(folder, "metadata.jsonl"), text.join("\n"));
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    await Deno.mkdir(dirname(file), { recursive: true });
    await Deno.writeFile(
      file,
      typeof content === "string" ? await plainPicture(content) : content,
    );
  }
}

/** Runs a test in a folder of its own. */
export async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
